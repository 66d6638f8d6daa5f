/** The functions, what each is told, and what each may do. */
import { Construct } from 'constructs';
import { figuresNamespace } from '../src/config/figures.ts';
import type { Configuration } from '../src/config/configuration.ts';
import type { Bundles, FunctionName } from './bundle.ts';
import type { Calls } from './calls.ts';
import type { Installation } from './installation.ts';
import { type Network, networkOf } from './network.ts';
import type { Notices } from './notices.ts';
import { allow, publishPolicy, secretArnOf, type ServerPlaces } from './permissions.ts';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import type { ServerQueues } from './server-queues.ts';
import type { StateTables } from './state-tables.ts';
import { SyncFunction, type SyncFunctionProps } from './sync-function.ts';
import type { ValuesBucket } from './values-bucket.ts';

export type SyncFunctionsProps = {
  readonly installation: Installation;
  readonly bundles: Bundles;
  readonly tables: StateTables;
  readonly bucket: ValuesBucket;
  readonly queues: ReadonlyMap<string, ServerQueues>;
  readonly notices: Notices;
  /** Where some servers call. */
  readonly calls: Calls | undefined;
};

export class SyncFunctions extends Construct {
  readonly enumerate: SyncFunction;
  readonly write: SyncFunction;
  readonly measure: SyncFunction;
  readonly sweep: SyncFunction;
  /** Where some servers call. */
  readonly wake: SyncFunction | undefined;
  /** Where somebody gets a report. */
  readonly report: SyncFunction | undefined;
  /** Started by a person alone, who sees how it ends: nothing watches it. */
  readonly doctor: SyncFunction;
  /** Where they run in a VPC. */
  readonly network: Network;

  constructor(scope: Construct, id: string, props: SyncFunctionsProps) {
    super(scope, id);
    const { installation, bundles, tables, bucket, notices, calls } = props;
    this.network = networkOf(this, installation.configuration.aws);
    const common = {
      installation,
      tables,
      bucket,
      network: this.network,
      places: this.#places(props),
    };
    const environment = environmentOf(props);
    const made = (name: FunctionName) => ({ ...common, name, bundle: bundles[name], environment });
    this.enumerate = new SyncFunction(this, 'Enumerate', {
      ...made('enumerate'),
      environment: { ...environment, ...calls?.environment },
      ...(calls && { more: { Calls: calls.readsSecret } }),
    });
    this.write = new SyncFunction(this, 'Write', made('write'));
    this.sweep = new SyncFunction(this, 'Sweep', made('sweep'));
    const [reader, sweeper] = [this.enumerate.lambda, this.sweep.lambda];
    this.measure = new SyncFunction(this, 'Measure', {
      ...made('measure'),
      environment: {
        ...environment,
        SERVERSYNC_ENUMERATE_FUNCTION: reader.functionName,
        SERVERSYNC_SWEEP_FUNCTION: sweeper.functionName,
      },
      more: {
        Continue: new PolicyDocument({
          statements: [
            allow('Continue', ['lambda:InvokeFunction'], [reader.functionArn, sweeper.functionArn]),
          ],
        }),
      },
    });
    this.report = isReported(installation.configuration)
      ? new SyncFunction(this, 'Report', {
          ...made('report'),
          environment: { ...environment, SERVERSYNC_REPORT_TOPIC: notices.topicArn },
          more: { Publish: publishPolicy(this, notices.topicArn, notices.keyArn) },
        })
      : undefined;
    this.doctor = new SyncFunction(this, 'Doctor', made('doctor'));
    this.wake = calls && this.#wake(made('wake'), calls, environment);
    if (this.wake) calls?.to(this.wake);
  }

  #wake(made: SyncFunctionProps, calls: Calls, environment: Readonly<Record<string, string>>): SyncFunction {
    const { functionName, functionArn } = this.enumerate.lambda;
    return new SyncFunction(this, 'Wake', {
      ...made,
      environment: { ...environment, ...calls.environment, SERVERSYNC_ENUMERATE_FUNCTION: functionName },
      more: {
        Calls: calls.readsSecret,
        Start: new PolicyDocument({
          statements: [allow('Start', ['lambda:InvokeFunction'], [functionArn])],
        }),
      },
    });
  }

  /** Those that work by themselves. */
  get watched(): readonly SyncFunction[] {
    const { enumerate, write, measure, sweep, report, wake } = this;
    return [enumerate, write, measure, sweep, ...(report ? [report] : []), ...(wake ? [wake] : [])];
  }

  #places({ installation, queues }: SyncFunctionsProps): readonly ServerPlaces[] {
    return installation.servers.map(({ name }) => ({
      queueArn: queues.get(name)?.queue.queueArn,
      unreadableArn: queues.get(name)?.unreadable.queueArn,
      secretArn: secretArnOf(this, installation.configuration.aws, name),
    }));
  }
}

/** A report goes to the address of the alarms. */
export const isReported = ({ alarms }: Configuration): boolean =>
  alarms.email !== undefined && alarms.report.kind !== 'never';

function environmentOf({
  installation,
  tables,
  bucket,
}: SyncFunctionsProps): Readonly<Record<string, string>> {
  const { name, configuration } = installation;
  return {
    SERVERSYNC_INSTALLATION: name,
    SERVERSYNC_RECORDS_TABLE: tables.records.tableName,
    SERVERSYNC_CONTROL_TABLE: tables.control.tableName,
    SERVERSYNC_BUCKET: bucket.bucketName,
    SERVERSYNC_QUEUE_PREFIX: `${name}-`,
    SERVERSYNC_SECRET_PREFIX: `${configuration.aws.secrets}/`,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: figuresNamespace,
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}
