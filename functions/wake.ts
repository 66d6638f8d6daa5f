/**
 * FileMaker's webhooks call it through the API of the stack: each call puts down a hint, and where nobody listens for one the reader is started.
 * What a call brings along is not read, and no FileMaker Server is asked for anything here.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { z } from 'zod';
import { type AwsClients, awsClients, stateOf } from '../src/composition/aws-installation.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import { type Call, isSentIn, statusOf, type Verdict, verdictOn } from '../src/composition/webhooks/call.ts';
import { callSecrets } from '../src/composition/webhooks/call-secret.ts';
import { secretHeader } from '../src/composition/webhooks/secret.ts';
import type { Configuration } from '../src/config/configuration.ts';
import { loadConfiguration } from '../src/config/load.ts';
import type { EpochMs } from '../src/core/names.ts';
import type { Wakes } from '../src/ports/wakes.ts';
import { type FunctionEnvironment, readEnvironment } from './environment.ts';
import { observed, publishServer, toldByKind } from './observe.ts';
import { Refused } from './refused.ts';
import { start } from './start.ts';

/** What API Gateway gives, payload format 2.0; all else of it is let be. */
const call = z.object({
  rawPath: z.string(),
  headers: z.record(z.string(), z.string().optional()).default({}),
  requestContext: z.object({ http: z.object({ method: z.string(), sourceIp: z.string().optional() }) }),
});

/** How long a reader that was started counts as listening before it says so itself, ms: short may start two, long delays where it did not start. */
const startMs = 15_000;

/** Within which a reader has to be started, ms: with what comes before it below the function's own limit, so that there is an answer of ours. */
const startingMs = 5_000;

/** A secret that was exchanged counts from then on; a wrong one has it looked at so often at the most, ms. */
const secretMs = { kept: 5 * 60_000, doubted: 30_000 };

type Opened = {
  readonly environment: FunctionEnvironment;
  readonly configuration: Configuration;
  readonly clients: AwsClients;
  readonly wakes: Wakes;
};

let opened: Promise<Opened> | undefined;
const refusals = new Refused();
let known:
  | { readonly secrets: readonly string[]; readonly at: EpochMs; readonly askedAt: EpochMs }
  | undefined;

async function open(): Promise<Opened> {
  const environment = readEnvironment();
  const configuration = await loadConfiguration(environment.configFile);
  const clients = awsClients();
  // It takes no session.
  const { wakes } = stateOf(environment.places, clients, () => 0);
  return { environment, configuration, clients, wakes };
}

export const handler = observed(
  async (event: unknown, _context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    try {
      const statusCode = await answerTo(event);
      return { statusCode };
    } catch (error) {
      toldByKind('a call of a webhook was not taken', error);
      // FileMaker calls again.
      return { statusCode: 503 };
    }
  },
);

export type CallEvent = Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers' | 'requestContext'>;

async function answerTo(event: unknown): Promise<number> {
  const read = call.safeParse(event);
  if (!read.success) return refused(404);
  opened ??= open();
  const of = await opened.catch((error: unknown) => {
    opened = undefined;
    throw error;
  });
  const { rawPath: path, headers, requestContext } = read.data;
  const { method, sourceIp } = requestContext.http;
  const verdict = await judged(of, {
    method,
    path,
    secret: headers[secretHeader],
  });
  if (verdict.kind === 'refused') return refused(statusOf(verdict), sourceIp);
  // FileMaker calls again.
  if (!(await isTaken(of, verdict))) return 503;
  publishServer(of.environment.places.installation, verdict.server, { Hints: 1 });
  return 200;
}

function refused(status: number, caller?: string): number {
  refusals.add({ status, caller }, systemClock.now());
  return status;
}

/** By the secrets that are known; where none fits, by those of now. */
async function judged(of: Opened, asked: Call): Promise<Verdict> {
  const { configuration, environment } = of;
  const { installation } = environment.places;
  const isSent = isSentIn(configuration.tables);
  const verdict = (secrets: readonly string[]) => verdictOn(asked, { installation, secrets, isSent });
  const first = verdict(await secretsOf(of, secretMs.kept));
  const isDoubted = first.kind === 'refused' && first.why === 'secret';
  return isDoubted ? verdict(await secretsOf(of, secretMs.doubted)) : first;
}

/** Read so long ago at the most; where they cannot be read now, those that were read last count. */
async function secretsOf({ clients, environment }: Opened, mostMs: number): Promise<readonly string[]> {
  const now = systemClock.now();
  // Where it could not be read it is not asked for with each call, nor left at that for long.
  const isFresh =
    known !== undefined && (known.at >= now - mostMs || known.askedAt >= now - secretMs.doubted);
  if (known !== undefined && isFresh) return known.secrets;
  try {
    const { all } = await callSecrets(clients.secrets, environment.callSecret ?? '');
    known = { secrets: all, at: now, askedAt: now };
  } catch (error) {
    if (known === undefined) throw error;
    toldByKind('the secret of webhooks could not be read anew', error);
    known = { ...known, askedAt: now };
  }
  return known.secrets;
}

/** False where nobody reads it: neither is a reader there nor could one be started. */
async function isTaken(of: Opened, { server, table }: Extract<Verdict, { kind: 'hint' }>): Promise<boolean> {
  const { wakes, clients, environment } = of;
  const now = systemClock.now();
  if ((await wakes.hint(server, table, now, now + startMs)) === 'heard') return true;
  const { enumerateFunction } = environment;
  if (enumerateFunction === undefined) return true;
  const inTime = AbortSignal.timeout(startingMs);
  if (await start({ clients }, enumerateFunction, { server, woken: true }, inTime)) return true;
  // The next call starts one: nobody listens.
  await wakes.listen(server, 0);
  return false;
}
