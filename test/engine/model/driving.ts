/**
 * How the engine is driven. `oneProcess`: as `serversync run` does it. `functions`: as on AWS, where readers, writers and
 * whoever measures are invocations that stop in time, hold leases, and leave bookmarks and breakers to one another.
 */
import { drain } from '../../../src/engine/drain.ts';
import { type Engine, placeOf } from '../../../src/engine/engine.ts';
import { enumerate } from '../../../src/engine/enumerate.ts';
import { measureClock, putBack } from '../../../src/engine/measure.ts';
import { readServer } from '../../../src/engine/read-server.ts';
import { readingInTurn } from '../../../src/engine/reading-turn.ts';
import { sweepServer } from '../../../src/engine/sweep-server.ts';
import { tendServer } from '../../../src/engine/tend-server.ts';
import { throughBreaker, workBatches } from '../../../src/engine/work-batches.ts';
import { modelSettings } from './world.ts';
import type { Dice } from './seeded-random.ts';

export type Work = (engine: Engine) => Promise<unknown>;

export type Driving = {
  readonly measure: (server: string) => Work;
  /** Something of any kind, as it comes in the middle of trouble. */
  readonly any: (server: string, dice: Dice) => Work;
  /** In peace: reads the server to its end. */
  readonly readAll: (server: string) => Work;
  /** In peace: sweeps the server. */
  readonly sweep: (server: string) => Work;
  /** In peace: looks once more for what seemed to be gone. */
  readonly settle: (server: string) => Work;
  /** In peace: puts back what waits and works on it. */
  readonly deliver: (server: string) => Work;
  /** In peace: between two deliveries, ms. */
  readonly betweenMs: number;
};

const never = new AbortController().signal;

const draining =
  (server: string, force: boolean): Work =>
  (engine) =>
    drain(engine, server, { force, busy: new Set(), settling: new Map() }, never);

const enumerating =
  (server: string): Work =>
  async (engine) => {
    for (const name of engine.tables.keys()) {
      const place = placeOf(engine, name, server);
      if (place) await enumerate(engine, place, never);
    }
  };

const measuring =
  (server: string): Work =>
  (engine) =>
    measureClock(engine, server, never);

const sweeping =
  (server: string, { stops, isDue }: { readonly stops: () => boolean; readonly isDue: boolean }): Work =>
  (engine) =>
    sweepServer(engine, server, { pace: async () => (stops() ? 'stop' : 'on'), isDue: () => isDue }, never);

const swept = (server: string): Work => sweeping(server, { stops: () => false, isDue: true });
const settled = (server: string): Work => sweeping(server, { stops: () => false, isDue: false });

export const oneProcess: Driving = {
  measure: measuring,
  sweep: swept,
  settle: settled,
  any(server, dice) {
    const kind = dice.pick(11);
    if (kind === 10) return sweeping(server, { stops: () => dice.chance(0.3), isDue: dice.chance(0.5) });
    if (kind < 4) return enumerating(server);
    if (kind < 8) return draining(server, dice.chance(0.3));
    if (kind < 9) return measuring(server);
    return (engine) => putBack(engine, server, () => dice.chance(0.5));
  },
  readAll: enumerating,
  deliver: (server) => async (engine) => {
    await putBack(engine, server, () => true);
    await draining(server, true)(engine);
  },
  betweenMs: 1_000,
};

type Chances = { readonly stops: () => boolean; readonly hasTime: () => boolean; readonly recheck: boolean };

const readingOnce =
  (server: string, { stops, recheck }: Chances) =>
  async (engine: Engine) =>
    readingInTurn(engine, server, { holder: engine.newId(), leaseMs: modelSettings.visibilityMs }, (turn) =>
      readServer(engine, server, { pace: async () => (stops() ? 'stop' : 'on'), turn, recheck }, never),
    );

const writing =
  (server: string, { hasTime }: Chances): Work =>
  async (engine) => {
    const now = engine.clock.now();
    const messages = await engine.queue.receive(server, 3, modelSettings.visibilityMs, now);
    const batches = [...new Set(messages.map(({ batch }) => batch))];
    if (batches.length === 0) return;
    await throughBreaker(engine, server, batches, (allowed, isTrial) =>
      workBatches(engine, server, allowed, { hasTime, signal: never, isTrial }),
    );
    await engine.queue.acknowledge(
      server,
      messages.map(({ receipt }) => receipt),
    );
  };

const tending =
  (server: string): Work =>
  async (engine) => {
    const breaker = await engine.control.breaker(server, 'writing');
    await tendServer(engine, server, breaker, never);
  };

const calm: Chances = { stops: () => false, hasTime: () => true, recheck: false };

export const functions: Driving = {
  measure: measuring,
  sweep: swept,
  settle: settled,
  any(server, dice) {
    const chances = {
      stops: () => dice.chance(0.3),
      hasTime: () => dice.chance(0.8),
      recheck: dice.chance(0.1),
    };
    const kind = dice.pick(11);
    if (kind === 10) return sweeping(server, { stops: chances.stops, isDue: dice.chance(0.5) });
    if (kind < 4) return readingOnce(server, chances);
    return kind < 8 ? writing(server, chances) : tending(server);
  },
  readAll: (server) => readingOnce(server, calm),
  deliver: (server) => async (engine) => {
    await tending(server)(engine);
    for (let batch = 0; batch < 20; batch += 1) await writing(server, calm)(engine);
  },
  // Longer than a lease of a reader that died, and than a message stays lost.
  betweenMs: 10 * 60_000,
};
