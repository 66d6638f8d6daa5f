/** Runs in the sandbox: loads the deployed handler and answers one event after another. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FromSandbox, ToSandbox } from './messages.ts';

type Handler = (event: unknown, context: object) => unknown;

const variable = (name: string): string => process.env[name] ?? '';
const tell = (message: FromSandbox): void => void process.send?.(message);

const isHandler = (exported: unknown): exported is Handler => typeof exported === 'function';

/** `index.handler` is the export `handler` of index.mjs, index.js or index.cjs. */
async function load(): Promise<Handler> {
  const [, file = '', name = ''] = /^(.*)\.([^.]+)$/.exec(variable('_HANDLER')) ?? [];
  const stem = join(variable('LAMBDA_TASK_ROOT'), file);
  const path = ['.mjs', '.js', '.cjs']
    .map((ending) => stem + ending)
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`there is no ${stem} with a JavaScript ending`);
  const loaded: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const handler = loaded[name];
  if (!isHandler(handler)) throw new Error(`${path} does not export ${name}`);
  return handler;
}

/** The time that is left is real time: a shift of the clock takes none of it. */
function contextOf(id: string, remainingMs: number): object {
  const deadline = performance.now() + remainingMs;
  return {
    awsRequestId: id,
    functionName: variable('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: variable('AWS_LAMBDA_FUNCTION_VERSION'),
    memoryLimitInMB: variable('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    invokedFunctionArn: variable('SANDBOX_FUNCTION_ARN'),
    logGroupName: variable('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: variable('AWS_LAMBDA_LOG_STREAM_NAME'),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

async function answer(id: string, work: () => unknown): Promise<FromSandbox> {
  try {
    const result = await work();
    return { kind: 'returned', id, result: JSON.parse(JSON.stringify(result ?? null)) };
  } catch (thrown) {
    const { name, message, stack = '' } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { kind: 'threw', id, error: { errorType: name, errorMessage: message, trace: stack.split('\n') } };
  }
}

/** Nothing is sampled, so that the tracer sends nothing. */
const untraced = 'Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0';

// The host is gone.
process.on('disconnect', () => process.exit());

const handler = await load();
process.on('message', (message: ToSandbox) => {
  if (message.kind !== 'invoke') return;
  process.env['_X_AMZN_TRACE_ID'] = untraced;
  const { id, event, remainingMs } = message;
  void answer(id, () => handler(event, contextOf(id, remainingMs))).then(tell);
});
tell({ kind: 'ready' });
