/**
 * Why the app's roles hold what nobody asked for in a run, and why some grants are patterns: action by action and
 * resource by resource, so that a reason hides nothing but what it was written for.
 */
import { account, region } from '../emulator/environment.ts';
import { stack } from '../installation.ts';
import type { Reason } from './granted.ts';

type Explained = {
  readonly by: string;
  readonly actions: readonly string[];
  readonly on: readonly string[];
  readonly reason: string;
};

const eachOf = ({ by, actions, on, reason }: Explained): readonly Reason[] =>
  actions.flatMap((action) => on.map((resource) => ({ access: { by, action, resource }, reason })));

const allNames = ['Enumerate', 'Write', 'Measure', 'Sweep', 'Doctor'] as const;
type Name = (typeof allNames)[number];
/** Those that work with records. */
const withRecords = ['Enumerate', 'Write', 'Sweep'] as const;

const functionBy = (name: Name | 'Wake'): string => `${stack}-Functions${name}Function*`;
const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${account}:${rest}`;
const secret = (server: string): string => arn('secretsmanager', `secret:serversync/${server}-??????`);
const records = arn('dynamodb', `table/${stack}-StateRecords*`);
const control = arn('dynamodb', `table/${stack}-StateControl*`);
const values = `arn:aws:s3:::${stack.toLowerCase()}-values*/values/*`;
const servers = ['hq', 'branch', 'north'];

const read = ['s3:GetObject'];
const readAndPut = ['s3:GetObject', 's3:PutObject'];
const valuesBy: Readonly<Record<Name, readonly string[]>> = {
  Enumerate: readAndPut,
  Write: readAndPut,
  Measure: read,
  Sweep: readAndPut,
  Doctor: [],
};
const files = ['files', 'uploading'].map(
  (folder) => `arn:aws:s3:::${stack.toLowerCase()}-values*/${folder}/*`,
);
const bucketItself = `arn:aws:s3:::${stack.toLowerCase()}-values*`;
const filesBy = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];
const trace = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];

/** What no run of the deployed test comes to. */
export const neverUsed: readonly Reason[] = [
  ...allNames.flatMap((name) => [
    ...eachOf({
      by: functionBy(name),
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: [arn('logs', `log-group:/serversync/${stack}/${name.toLowerCase()}`)],
      reason: "Lambda itself writes the log in the function's role; here the host reads it from the process.",
    }),
    ...eachOf({
      by: functionBy(name),
      actions: trace,
      on: ['*'],
      reason: "Lambda's own daemon sends the traces in the function's role; here there is none.",
    }),
  ]),
  ...withRecords.flatMap((name) =>
    eachOf({
      by: functionBy(name),
      actions: readAndPut,
      on: [values],
      reason: 'Texts above 32 KB, and what is too large for a row, lie in the bucket; here all is small.',
    }),
  ),
  ...withRecords.flatMap((name) =>
    eachOf({
      by: functionBy(name),
      actions: filesBy,
      on: files,
      reason: 'Files of containers lie in the bucket; here no table has a container.',
    }),
  ),
  ...eachOf({
    by: functionBy('Sweep'),
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    on: files,
    reason:
      'Files that nothing names any more are removed, and those of what was forgotten with all versions; here there are none.',
  }),
  ...withRecords.flatMap((name) =>
    eachOf({
      by: functionBy(name),
      actions: ['s3:ListBucket'],
      on: [bucketItself],
      reason:
        'Whether a file of a container is there already, and which nothing names any more, is told by listing; here no table has a container.',
    }),
  ),
  ...eachOf({
    by: functionBy('Measure'),
    actions: read,
    on: [values],
    reason:
      'Batches, bookmarks and meetings that measure looks through may hold what lies in the bucket; here none does.',
  }),
  ...eachOf({
    by: functionBy('Measure'),
    actions: ['dynamodb:DeleteItem'],
    on: [control],
    reason:
      'Batches of a table that their server does not receive any more are closed; here no server stops receiving.',
  }),
  ...eachOf({
    by: functionBy('Measure'),
    actions: ['lambda:InvokeFunction'],
    on: [arn('lambda', `function:${stack}-FunctionsEnumerateFunction*`)],
    reason: 'A reading that had to stop goes on at once; here each comes to its end within one invocation.',
  }),
  ...eachOf({
    by: functionBy('Sweep'),
    actions: ['dynamodb:Scan'],
    on: [records, control],
    reason:
      'Before a value goes from the bucket, all rows are read for who names it; here none has lain there for so long.',
  }),
  ...eachOf({
    by: functionBy('Sweep'),
    actions: ['s3:DeleteObjectVersion'],
    on: [values],
    reason: 'Values that nobody names any more go from the bucket, with all versions; here none does.',
  }),
  ...eachOf({
    by: functionBy('Write'),
    actions: ['dynamodb:Query'],
    on: [records],
    reason:
      'A writer that meets a record in another row than it was known in looks for others of its table; here no file is another.',
  }),
];

export const wildcardReasons: readonly Reason[] = [
  ...allNames.flatMap((name) => [
    ...eachOf({
      by: functionBy(name),
      actions: valuesBy[name],
      on: [values],
      reason: 'Values are named by their digest, which nobody knows beforehand.',
    }),
    ...eachOf({
      by: functionBy(name),
      actions: trace,
      on: ['*'],
      reason: 'AWS takes no narrower resource for traces.',
    }),
  ]),
  ...withRecords.flatMap((name) =>
    eachOf({
      by: functionBy(name),
      actions: name === 'Sweep' ? [...filesBy, 's3:DeleteObject', 's3:DeleteObjectVersion'] : filesBy,
      on: files,
      reason: 'Files are named by the digest of their bytes, and by chance until that is known.',
    }),
  ),
  ...eachOf({
    by: functionBy('Sweep'),
    actions: ['s3:DeleteObjectVersion'],
    on: [values],
    reason: 'Values are named by their digest, which nobody knows beforehand.',
  }),
  ...[...withRecords, 'Doctor' as const].flatMap((name) =>
    eachOf({
      by: functionBy(name),
      actions: ['secretsmanager:GetSecretValue'],
      on: servers.map(secret),
      reason: 'AWS ends the ARN of a secret with a hyphen and six characters of its own choice.',
    }),
  ),
];

/** Where FileMaker's webhooks call the stack. */
export const wildcardReasonsWithCalls: readonly Reason[] = [
  ...wildcardReasons,
  ...eachOf({
    by: functionBy('Wake'),
    actions: trace,
    on: ['*'],
    reason: 'AWS takes no narrower resource for traces.',
  }),
];
