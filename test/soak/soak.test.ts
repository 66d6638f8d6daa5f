/**
 * S30: random games over the real engine and connector, against simulated servers in virtual time. What must be so at the end of each is
 * judged by a model of what people truly did (oracle/), which shares no code with the engine.
 *
 *   SERVERSYNC_SEED=<a seed that was printed>     that game alone        SERVERSYNC_GAMES=1000     more games
 *   npm run soak -- --seeds 1 --from <seed>       makes it as short as it can be
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { drawPlan } from './draw.ts';
import { drawSharedPlan } from './draw-shares.ts';
import { tended } from './draw-tended.ts';
import { found } from './found.ts';
import { play } from './game.ts';

/** A second or so each. */
const games = Number(process.env['SERVERSYNC_GAMES'] ?? 160);
const gamesOverDynamoDb = 3;
const inOneTest = 8;
const groupsWithShares = 5;
/** For a test of eight games, or of one over the emulator of DynamoDB, on a machine that has others to serve. */
const timeout = 240_000;
const seedAgain = process.env['SERVERSYNC_SEED'];

const seedsOf = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);

const groups: readonly (readonly number[])[] =
  seedAgain === undefined
    ? seedsOf(0, Math.ceil(games / inOneTest)).map((group) => seedsOf(1 + group * inOneTest, inOneTest))
    : [[Number(seedAgain)]];

describe('R1 to R7 hold at the end of a random game', () => {
  test.each(groups)('over SQLite, seed %i and those after it', { timeout }, async (...seeds) => {
    for (const seed of seeds) {
      const { faults } = await play(drawPlan(seed));
      expect({ seed, faults }).toEqual({ seed, faults: [] });
    }
  });
});

describe('R1 to R8 hold, and each server has exactly its rows, at the end of a random game of overlapping shares', () => {
  const shared = groups.slice(0, groupsWithShares);
  test.each(shared)('over SQLite, seed %i and those after it', { timeout }, async (...seeds) => {
    for (const seed of seeds) {
      const { faults } = await play(drawSharedPlan(seed));
      expect({ seed, faults }).toEqual({ seed, faults: [] });
    }
  });
});

describe('R1 to R8 hold at the end of a random game in which servers are paused and deleted records forgotten', () => {
  const some = groups.slice(0, groupsWithShares);
  test.each(some)('over SQLite, seed %i and those after it', { timeout }, async (...seeds) => {
    for (const seed of seeds) {
      const drawn = seed % 2 === 0 ? drawSharedPlan(seed) : drawPlan(seed);
      const { faults } = await play(tended(drawn));
      expect({ seed, faults }).toEqual({ seed, faults: [] });
    }
  });
});

describe('R1 to R7 hold at the end of a random game over DynamoDB', () => {
  let emulators: Emulators;
  beforeAll(async () => {
    emulators = await startEmulators();
  });
  afterAll(() => emulators.stop());

  test.each(seedsOf(1, gamesOverDynamoDb))('seed %i', { timeout }, async (seed) => {
    const { faults } = await play(drawPlan(seed), { name: 'dynamodb', emulators });
    expect({ seed, faults }).toEqual({ seed, faults: [] });
  });
});

test.each(found)('once it failed: %s', async (_why, plan) => {
  expect((await play(plan)).faults).toEqual([]);
});

test('the model of what people did shares no code with what it judges', () => {
  const folder = new URL('oracle/', import.meta.url);
  const imported = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/from '([^']+)'/g)].map(([, path]) => path),
  );
  expect(imported.filter((path) => !path?.startsWith('./'))).toEqual([]);
  expect(imported.length).toBeGreaterThan(5);
});
