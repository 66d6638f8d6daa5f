/**
 * Where FileMaker's webhooks call the stack: an API of one route, limited before anything of ours is started, and the secret that each call
 * carries. The API comes before its function: the reader is told the address, and the function starts the reader.
 */
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { CfnApi, CfnIntegration, CfnRoute, CfnStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Configuration } from '../src/config/configuration.ts';
import type { Installation } from './installation.ts';
import { allow } from './permissions.ts';
import type { SyncFunction } from './sync-function.ts';

/**
 * Calls a second, and at once, of all callers together: what is beyond is answered 429, starts nothing, and is called again by FileMaker. Our own writes
 * call too, for each table a call after the other: with fewer, what was written to several tables has calls of others wait, for minutes after a first sync
 * of thousands of records (in a model, not measured), and so do the tables of one commit. More costs more where strangers call without end (20 a second for
 * a month are 52 million calls, some 100 USD). Some five functions are at it at once then, and up to 20 while they start: how many an account may have is
 * not known here, so none are set aside for it.
 */
export const callLimit = { perSecond: 20, burst: 20 };

export const isCalled = ({ servers }: Configuration): boolean =>
  servers.some(({ wake }) => wake === 'webhook');

export class Calls extends Construct {
  /** Without a slash at the end. */
  readonly url: string;
  readonly secretArn: string;
  readonly #api: CfnApi;

  constructor(scope: Construct, id: string, { name, key }: Installation) {
    super(scope, id);
    const { region, urlSuffix } = Stack.of(this);
    this.#api = new CfnApi(this, 'Api', {
      name: `${name}-webhooks`,
      description: `FileMaker's webhooks call ServerSync ${name} here`,
      protocolType: 'HTTP',
    });
    this.url = `https://${this.#api.ref}.execute-api.${region}.${urlSuffix}`;
    const stage = new CfnStage(this, 'Stage', {
      apiId: this.#api.ref,
      stageName: '$default',
      autoDeploy: true,
      defaultRouteSettings: {
        throttlingRateLimit: callLimit.perSecond,
        throttlingBurstLimit: callLimit.burst,
      },
    });
    Validations.of(stage).acknowledge({
      id: 'AwsSolutions-APIG1',
      reason:
        'Anybody may call, and would write a line each time at our expense, also where the limit refuses him. The function counts refused calls, and says once a minute how many, and by whom the last.',
    });
    const secret = new Secret(this, 'Secret', {
      description: `What FileMaker's webhooks show to ServerSync ${name}`,
      generateSecretString: { passwordLength: 43, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key && { encryptionKey: key }),
    });
    this.secretArn = secret.secretArn;
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Whoever knows it may have a table looked at sooner, and nothing more. It is exchanged by hand (docs/webhooks.md): each webhook has to be added anew.',
    });
  }

  /** What every function needs that is called, or has others call. */
  get environment(): Readonly<Record<string, string>> {
    return { SERVERSYNC_CALL_URL: this.url, SERVERSYNC_CALL_SECRET: this.secretArn };
  }

  get readsSecret(): PolicyDocument {
    return new PolicyDocument({
      statements: [allow('CallSecret', ['secretsmanager:GetSecretValue'], [this.secretArn])],
    });
  }

  /** Who takes the calls. */
  to({ lambda }: SyncFunction): void {
    const { partition, region, account } = Stack.of(this);
    const apiId = this.#api.ref;
    const integration = new CfnIntegration(this, 'Integration', {
      apiId,
      integrationType: 'AWS_PROXY',
      integrationUri: lambda.functionArn,
      payloadFormatVersion: '2.0',
    });
    const route = new CfnRoute(this, 'Route', {
      apiId,
      routeKey: 'POST /v1/{installation}/{mark}/{server}/{table}',
      target: `integrations/${integration.ref}`,
      authorizationType: 'NONE',
    });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'FileMaker cannot sign requests as AWS asks for it: the function compares the secret that each call carries.',
    });
    new CfnPermission(this, 'MayCall', {
      action: 'lambda:InvokeFunction',
      functionName: lambda.functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceAccount: account,
      sourceArn: `arn:${partition}:execute-api:${region}:${account}:${apiId}/*/POST/v1/*`,
    });
  }
}
