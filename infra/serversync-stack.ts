/** One installation: the state, a queue for each server, the functions over them, and what watches it all. */
import { Annotations, CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { concurrencyOf } from '../src/config/aws-parts.ts';
import type { Configuration } from '../src/config/configuration.ts';
import type { Bundles } from './bundle.ts';
import { Calls, isCalled } from './calls.ts';
import { Overview } from './dashboard.ts';
import { deliver } from './deliveries.ts';
import { functionAlarms } from './function-alarms.ts';
import { SyncFunctions } from './functions.ts';
import { InstallationAlarms } from './installation-alarms.ts';
import { type Installation, installedServers } from './installation.ts';
import { assertFits } from './limits.ts';
import { Notices } from './notices.ts';
import { Schedules } from './schedules.ts';
import { serverAlarms } from './server-alarms.ts';
import { ServerQueues } from './server-queues.ts';
import { StateTables } from './state-tables.ts';
import { ValuesBucket } from './values-bucket.ts';

export type ServerSyncProps = {
  /** Checked by assertDeployable. */
  readonly configuration: Configuration;
  readonly bundles: Bundles;
};

export class ServerSyncStack extends Stack {
  constructor(scope: Construct, name: string, { configuration, bundles }: ServerSyncProps) {
    super(scope, name, { description: `ServerSync ${name}: keeps tables of FileMaker Servers the same` });
    const { kmsKey } = configuration.aws;
    const installation: Installation = {
      name,
      configuration,
      servers: installedServers(this, configuration),
      key: kmsKey === undefined ? undefined : Key.fromKeyArn(this, 'CustomerKey', kmsKey),
    };
    this.#applyToAll(installation);
    const tables = new StateTables(this, 'State', installation.key);
    const bucket = new ValuesBucket(this, 'Values', installation.key);
    const queues = queuesOf(installation);
    const notices = new Notices(this, 'Notices', installation);
    const calls = isCalled(configuration) ? new Calls(this, 'Calls', installation) : undefined;
    const functions = new SyncFunctions(this, 'Functions', {
      installation,
      bundles,
      tables,
      bucket,
      queues,
      notices,
      calls,
    });
    for (const { name: server, scope: at } of installation.servers) {
      const pair = queues.get(server);
      if (pair) deliver(at, pair, functions.write);
    }
    new Schedules(this, 'Schedules', installation, functions);
    this.#watch(installation, { notices, functions, queues });
    this.#tell(installation, { tables, bucket, functions, notices, calls });
    assertFits(this, installation);
  }

  #applyToAll({ configuration: { aws } }: Installation): void {
    // Dashboards could not be tagged until lately, and not every region and checker knows that they can be.
    const excludeResourceTypes = ['AWS::CloudWatch::Dashboard'];
    for (const [key, value] of Object.entries(aws.tags))
      Tags.of(this).add(key, value, { excludeResourceTypes });
    const { permissionsBoundary: boundary } = aws;
    if (boundary === undefined) return;
    PermissionsBoundary.of(this).apply(
      boundary.startsWith('arn:')
        ? ManagedPolicy.fromManagedPolicyArn(this, 'Boundary', boundary)
        : ManagedPolicy.fromManagedPolicyName(this, 'Boundary', boundary),
    );
  }

  #watch(installation: Installation, { notices, functions, queues }: Watched): void {
    const alarms = new InstallationAlarms(this, 'Alarms', installation, notices);
    const { noMeasurement } = alarms;
    new Overview(this, 'Overview', {
      installation,
      firstAlarms: [
        noMeasurement,
        ...alarms.at('top'),
        ...installation.servers.map((server) =>
          serverAlarms({ installation, server, notices, noMeasurement }),
        ),
      ],
      otherAlarms: [
        ...alarms.at('below'),
        ...functions.watched.flatMap((each) => functionAlarms(installation, each, notices)),
      ],
      functions: functions.watched,
      queues,
    });
  }

  /** What the command line reads (`--stack`), and what is said when it is made. */
  #tell({ name, configuration }: Installation, parts: Told): void {
    const { tables, bucket, functions, notices, calls } = parts;
    const outputs = {
      RecordsTable: tables.records.tableName,
      ControlTable: tables.control.tableName,
      Bucket: bucket.bucketName,
      QueuePrefix: `${name}-`,
      SecretPrefix: `${configuration.aws.secrets}/`,
      EnumerateFunction: functions.enumerate.lambda.functionName,
      WriteFunction: functions.write.lambda.functionName,
      MeasureFunction: functions.measure.lambda.functionName,
      SweepFunction: functions.sweep.lambda.functionName,
      DoctorFunction: functions.doctor.lambda.functionName,
      ...(calls && { WebhookUrl: calls.url, WebhookSecret: calls.secretArn }),
      AlarmsGoTo: notices.goTo,
      Dashboard: `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards/dashboard/${name}`,
    };
    const groups = (functions.network.securityGroups ?? []).map(({ securityGroupId }) => securityGroupId);
    if (groups.length > 0) new CfnOutput(this, 'SecurityGroups', { value: groups.join(',') });
    for (const [id, value] of Object.entries(outputs)) new CfnOutput(this, id, { value });
    const concurrency = concurrencyOf(configuration);
    if (concurrency > fewestConcurrent)
      Annotations.of(this).addInfo(
        `Up to ${concurrency} functions are at work at once. A new AWS account may allow only ${fewestConcurrent}: Service Quotas, AWS Lambda, Concurrent executions. With aws.concurrency in the configuration it is checked.`,
      );
  }
}

type Watched = {
  readonly notices: Notices;
  readonly functions: SyncFunctions;
  readonly queues: ReadonlyMap<string, ServerQueues>;
};

type Told = {
  readonly tables: StateTables;
  readonly bucket: ValuesBucket;
  readonly functions: SyncFunctions;
  readonly notices: Notices;
  readonly calls: Calls | undefined;
};

/** What new accounts are given at first: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html ("reduced quotas"; 10 is what is seen). */
const fewestConcurrent = 10;

function queuesOf(installation: Installation): ReadonlyMap<string, ServerQueues> {
  return new Map(
    installation.servers
      .filter(({ receives }) => receives)
      .map(({ name, scope }) => [name, new ServerQueues(scope, 'Queues', installation, name)]),
  );
}
