/** What the stack tells its functions: the only place where the environment is read. */
import { z } from 'zod';
import type { AwsPlaces } from '../src/composition/aws-installation.ts';

const given = z.string().min(1);

const variables = z.object({
  SERVERSYNC_INSTALLATION: given,
  SERVERSYNC_RECORDS_TABLE: given,
  SERVERSYNC_CONTROL_TABLE: given,
  SERVERSYNC_BUCKET: given,
  SERVERSYNC_QUEUE_PREFIX: given,
  SERVERSYNC_SECRET_PREFIX: given,
  /** Only the function that continues readings and starts sweeps is told of those that do it. */
  SERVERSYNC_ENUMERATE_FUNCTION: z.string().optional(),
  SERVERSYNC_SWEEP_FUNCTION: z.string().optional(),
  /** Only those that are called by webhooks, or look after them: where the stack is called, and the name of the secret. */
  SERVERSYNC_CALL_URL: z.string().optional(),
  SERVERSYNC_CALL_SECRET: z.string().optional(),
  /** Only the function that reports. */
  SERVERSYNC_REPORT_TOPIC: z.string().optional(),
  LAMBDA_TASK_ROOT: given,
});

export type FunctionEnvironment = {
  readonly places: AwsPlaces;
  readonly enumerateFunction: string | undefined;
  readonly sweepFunction: string | undefined;
  /** Where FileMaker's webhooks call; undefined: no server is to. */
  readonly callUrl: string | undefined;
  readonly callSecret: string | undefined;
  readonly reportTopic: string | undefined;
  /** The configuration lies beside the code. */
  readonly configFile: string;
};

/** Throws where a variable is missing, with its name. */
export function readEnvironment(): FunctionEnvironment {
  const read = variables.safeParse(process.env);
  if (!read.success) {
    const names = read.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new Error(`not set: ${names}. The stack sets them: deploy it again with cdk deploy`);
  }
  const { data } = read;
  return {
    places: {
      installation: data.SERVERSYNC_INSTALLATION,
      recordsTable: data.SERVERSYNC_RECORDS_TABLE,
      controlTable: data.SERVERSYNC_CONTROL_TABLE,
      bucket: data.SERVERSYNC_BUCKET,
      queuePrefix: data.SERVERSYNC_QUEUE_PREFIX,
      secretPrefix: data.SERVERSYNC_SECRET_PREFIX,
    },
    enumerateFunction: data.SERVERSYNC_ENUMERATE_FUNCTION,
    sweepFunction: data.SERVERSYNC_SWEEP_FUNCTION,
    callUrl: data.SERVERSYNC_CALL_URL,
    callSecret: data.SERVERSYNC_CALL_SECRET,
    reportTopic: data.SERVERSYNC_REPORT_TOPIC,
    configFile: `${data.LAMBDA_TASK_ROOT}/serversync.yaml`,
  };
}

/** The name of the installation, also while the rest is not read or not right; no message is one of `unknown`. */
export const ownInstallation = (): string => process.env['SERVERSYNC_INSTALLATION'] ?? 'unknown';
