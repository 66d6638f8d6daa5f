/** Other functions, started by measure, or by a call of a webhook: each start by itself, so that one that fails keeps nobody else from being started (R7). */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Bookmark } from '../src/core/bookmark.ts';
import type { ServerName } from '../src/core/names.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import { translated } from '../src/state/aws/state-error.ts';
import type { Installation } from './composition.ts';
import { toldByKind } from './observe.ts';

/** True where it was started; a failure is told. */
export async function start(
  { clients }: Pick<Installation, 'clients'>,
  FunctionName: string,
  event: object,
  abortSignal?: AbortSignal,
): Promise<boolean> {
  const Payload = JSON.stringify(event);
  const command = new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload });
  try {
    await translated(`function ${FunctionName}`, () =>
      clients.lambda.send(command, abortSignal ? { abortSignal } : {}),
    );
    return true;
  } catch (error) {
    toldByKind(`function ${FunctionName} could not be started`, error);
    return false;
  }
}

/**
 * Readings that had to stop go on now, not with the next tick of their schedule, and parked records are looked up that a person
 * asked for. Where one is at work it finds so and ends.
 */
export async function goOnReading(
  of: Installation,
  isKnown: (bookmark: Bookmark) => boolean,
  lookUps: ReadonlySet<ServerName>,
): Promise<void> {
  const { enumerateFunction } = of.environment;
  const bookmarks = (await of.state.control.bookmarks()).filter(isKnown);
  const servers = new Set([...lookUps, ...bookmarks.map(({ server }) => server)]);
  if (enumerateFunction === undefined) return;
  await Promise.all(
    [...servers].map((server) =>
      start(of, enumerateFunction, { server, ...(lookUps.has(server) && { parked: true }) }),
    ),
  );
}

/** Between two looks at whether a server is to be swept, minutes: longer delays what follows from a delete, or from an answer. */
const sweepEveryMinutes = 5;

/** Each server in a minute of its own, as far as there are some. Where nothing is to be done the sweeper finds so and ends. */
export async function startSweeps(of: Installation): Promise<void> {
  const { configuration, environment } = of;
  const { sweepFunction } = environment;
  if (sweepFunction === undefined) return;
  const minute = Math.floor(systemClock.now() / 60_000);
  const turns = configuration.servers.filter(
    (_, turn) => minute % sweepEveryMinutes === turn % sweepEveryMinutes,
  );
  const used = turns.filter(({ name }) =>
    configuration.tables.some(({ links }) => links.some(({ server }) => server === name)),
  );
  await Promise.all(used.map(({ name }) => start(of, sweepFunction, { server: name })));
}
