/** One function with its log and its role. */
import { CfnResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, type PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { writerSeconds } from '../src/config/writer-time.ts';
import type { FunctionName } from './bundle.ts';
import { functionSettings } from './function-settings.ts';
import { type Installation, logGroupOf } from './installation.ts';
import type { Network } from './network.ts';
import { serversPerPolicy, serversPolicies, type ServerPlaces, statePolicy } from './permissions.ts';
import type { StateTables } from './state-tables.ts';
import type { ValuesBucket } from './values-bucket.ts';

export type SyncFunctionProps = {
  readonly installation: Installation;
  readonly name: FunctionName;
  /** The directory of its bundle. */
  readonly bundle: string;
  readonly tables: StateTables;
  readonly bucket: ValuesBucket;
  readonly network: Network;
  readonly places: readonly ServerPlaces[];
  readonly environment: Readonly<Record<string, string>>;
  /** Beside what every function may do. */
  readonly more?: Readonly<Record<string, PolicyDocument>>;
};

/** What is refused or late is not tried again: the next tick of the schedule is the next try. */
const latestStart = Duration.minutes(1);

export class SyncFunction extends Construct {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: SyncFunctionProps) {
    super(scope, id);
    const { name, installation } = props;
    const { timeout, memoryMb, does } = functionSettings[name];
    this.name = name;
    const log = this.#log(installation);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `ServerSync ${installation.name}: ${does}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle),
      timeout: name === 'write' ? Duration.seconds(writerSeconds(installation.configuration)) : timeout,
      memorySize: memoryMb,
      tracing: Tracing.ACTIVE,
      logGroup: log,
      // Permissions are those of the role and no others, whatever a construct would add.
      role: this.#role(props, log).withoutPolicyUpdates(),
      environment: { ...props.environment },
      ...props.network,
      ...(name !== 'write' && { retryAttempts: 0, maxEventAge: latestStart }),
    });
  }

  #log({ name, configuration, key }: Installation): LogGroup {
    return new LogGroup(this, 'Log', {
      logGroupName: logGroupOf(name, this.name),
      retention: configuration.aws.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key && { encryptionKey: key }),
    });
  }

  #role(props: SyncFunctionProps, log: LogGroup): Role {
    const { tables, bucket, installation, network, more } = props;
    const state = statePolicy(this, props.name, {
      recordsArn: tables.records.tableArn,
      controlArn: tables.control.tableArn,
      bucketArn: bucket.bucketArn,
      logGroupArn: log.logGroupArn,
      keyArn: installation.key?.keyArn,
      formerKeyArns: installation.configuration.aws.formerKmsKeys,
      inVpc: network.vpc !== undefined,
    });
    const role = new Role(this, 'Role', {
      description: `What the function ${props.name} of ServerSync ${installation.name} may do`,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { State: state, ...more },
      managedPolicies: this.#serversPolicies(props),
    });
    this.#acknowledge(role, bucket);
    return role;
  }

  #serversPolicies({ name, places, installation }: SyncFunctionProps): ManagedPolicy[] {
    const chunks = Math.ceil(places.length / serversPerPolicy);
    return Array.from({ length: chunks }, (_, chunk) => {
      const some = places.slice(chunk * serversPerPolicy, (chunk + 1) * serversPerPolicy);
      const document = serversPolicies[name](some);
      const description = `Servers that the function ${name} of ServerSync ${installation.name} works on`;
      return { document, description };
    })
      .filter(({ document }) => !document.isEmpty)
      .map((props, chunk) => new ManagedPolicy(this, `Servers${chunk}`, props));
  }

  #acknowledge(role: Role, bucket: ValuesBucket): void {
    const resource = bucket.node.defaultChild;
    const bucketId = CfnResource.isCfnResource(resource) ? resource.logicalId : '';
    const within = (folder: string): string =>
      `AwsSolutions-IAM5[Resource::<${Stack.of(this).resolve(bucketId)}.Arn>/${folder}/*]`;
    const reason = 'Values and files are named by their digest, which nobody knows beforehand.';
    Validations.of(role).acknowledge(
      { id: within('values'), reason },
      { id: within('files'), reason },
      {
        id: within('uploading'),
        reason: 'A file has a name of chance there until all of it has come and its digest is known.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'AWS takes no narrower resource for traces, nor for network interfaces of functions in a VPC.',
      },
    );
  }
}
