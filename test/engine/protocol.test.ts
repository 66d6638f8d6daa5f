/**
 * The protocol, played: the real core and engine over in-memory ports, effects in random order, processes that die
 * between any two of them. Each rule is a property of how such a game ends.
 *
 *   SERVERSYNC_GAMES=2000   more games        SERVERSYNC_SEED=<a seed that was printed>   that one again
 */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Driving, functions, oneProcess } from './model/driving.ts';
import { type Ending, play } from './model/play.ts';
import type { Trouble } from './model/world.ts';

const gamesOfEach = Number(process.env['SERVERSYNC_GAMES'] ?? 60);
const seedAgain = process.env['SERVERSYNC_SEED'];
const seeds =
  seedAgain === undefined ? fc.integer({ min: 1, max: 2 ** 31 - 1 }) : fc.constant(Number(seedAgain));
/** All rules look at the same games. */
const run = { seed: Math.floor(Math.random() * 2 ** 31), numRuns: seedAgain === undefined ? gamesOfEach : 1 };

const everything: Trouble = {
  servers: 3,
  crash: 0.1,
  stale: 0.2,
  lost: 0.1,
  locked: 0.05,
  deletes: 0.1,
  unique: true,
};

/** What is late there is written over something only where others get through meanwhile: so there is more time, and less dies. */
const unconditional = { unconditional: true, steps: 1_000 } as const;

/** A file goes only once all else of its record has gone: so there is more time, and less dies. In so long a game three records that people make anew look like a clone. */
const filed = { files: true, crash: 0.01, steps: 2_000 } as const;

const troubles: readonly (readonly [string, Trouble])[] = [
  ['calm', { servers: 2, crash: 0, stale: 0, lost: 0, unique: true }],
  ['crashes', { servers: 2, crash: 0.15, stale: 0, lost: 0, unique: true }],
  ['stale finds', { servers: 2, crash: 0, stale: 0.3, lost: 0, unique: true }],
  ['lost answers', { servers: 2, crash: 0, stale: 0, lost: 0.2, unique: true }],
  [
    'crashes and lost answers, keys not unique',
    { servers: 2, crash: 0.15, stale: 0, lost: 0.2, unique: false },
  ],
  [
    'records that people have open',
    { servers: 2, crash: 0.05, stale: 0, lost: 0.1, locked: 0.1, unique: true },
  ],
  ['deletes', { servers: 3, crash: 0, stale: 0, lost: 0, deletes: 0.15, unique: true }],
  [
    'deletes, crashes and lost answers',
    { servers: 2, crash: 0.1, stale: 0, lost: 0.15, deletes: 0.15, unique: true },
  ],
  [
    'deletes that win, crashes and lost answers',
    { servers: 3, crash: 0.1, stale: 0, lost: 0.15, deletes: 0.2, policy: 'delete-wins', unique: true },
  ],
  [
    'people who put records back, deletes, crashes and lost answers',
    { servers: 3, crash: 0.05, stale: 0.1, lost: 0.1, deletes: 0.1, putBacks: 0.2, unique: true },
  ],
  ['logs of deletes, and everything at once', { ...everything, deletes: 0.2, logs: true }],
  ['layouts for sweeps, and everything at once', { ...everything, thin: true }],
  ['numbers that are added up', { servers: 3, crash: 0, stale: 0, lost: 0, counts: 0.6, unique: false }],
  [
    'numbers that are added up, and everything at once',
    { ...everything, deletes: 0, counts: 0.6, unique: false },
  ],
  ['a server with a share', { servers: 2, crash: 0, stale: 0, lost: 0, shares: true, unique: true }],
  ['a server with a share, deletes and everything at once', { ...everything, deletes: 0.15, shares: true }],
  [
    'files in containers, crashes and lost answers',
    { servers: 2, stale: 0, lost: 0.2, unique: true, ...filed },
  ],
  ['files in containers, and everything at once', { ...everything, ...filed, deletes: 0 }],
  ['three servers and everything at once', everything],
  ['many writes in one request, and everything at once', { ...everything, deletes: 0.15, bulk: true }],
  ['many writes in one request, keys not unique', { ...everything, unique: false, bulk: true }],
  [
    'updates without a condition, crashes and lost answers',
    { servers: 2, crash: 0.02, stale: 0, lost: 0.2, unique: true, ...unconditional },
  ],
  ['updates without a condition, and everything at once', { ...everything, crash: 0.02, ...unconditional }],
  [
    'updates without a condition, many in one request, and everything at once',
    { ...everything, crash: 0.02, deletes: 0.15, bulk: true, ...unconditional },
  ],
  [
    'updates without a condition, and numbers that are added up',
    { ...everything, crash: 0.02, deletes: 0, counts: 0.6, unique: false, ...unconditional },
  ],
];

const policies: readonly (readonly [string, Trouble])[] = [
  [
    'a server that is preferred, crashes and lost answers',
    { ...everything, conflicts: { kind: 'prefer', servers: ['branch', 'kiosk'] } },
  ],
  [
    'conflicts that are held, crashes and lost answers',
    { ...everything, deletes: 0, conflicts: { kind: 'hold' } },
  ],
  [
    'conflicts that are held and people who put records back',
    { ...everything, crash: 0.05, deletes: 0, putBacks: 0.2, conflicts: { kind: 'hold' } },
  ],
  ['conflicts that are held, deletes and all else', { ...everything, conflicts: { kind: 'hold' } }],
  [
    'conflicts that are held, deletes that win and all else',
    { ...everything, policy: 'delete-wins', conflicts: { kind: 'hold' } },
  ],
];

const keysOf = (rows: readonly string[]): readonly string[] => rows.map((row) => row.split('=')[0] ?? '');
const doubled = (keys: readonly string[]): readonly string[] =>
  keys.filter((key, index) => keys.indexOf(key) !== index);

/** What breaks each rule in the end of a game: nothing, if it holds. */
const rules: readonly (readonly [string, (ending: Ending) => readonly unknown[]])[] = [
  ['no process fails', ({ failures }) => failures],
  ['R8: nothing halts that is no danger', ({ halted }) => halted],
  [
    'R1: every server ends with the same records, so no change was skipped',
    ({ held }) => {
      const [first = [], ...others] = Object.values(held);
      return others.flatMap((other) => [
        ...first.filter((row) => !other.includes(row)),
        ...other.filter((row) => !first.includes(row)),
      ]);
    },
  ],
  ['R2: nothing is left to deliver', ({ openRows }) => Array.from({ length: openRows })],
  [
    'R3: no key is on a server twice',
    ({ held }) => Object.values(held).flatMap((rows) => doubled(keysOf(rows))),
  ],
  ['R4: no value that a person saw and replaced comes back', ({ broughtBack }) => broughtBack],
  [
    'what waits for a person is listed as open, with what each server holds',
    ({ waiting }) =>
      waiting.filter(
        ({ candidates, onServers, open }) =>
          open === 0 || Object.entries(candidates).some(([server, value]) => onServers[server] !== value),
      ),
  ],
  [
    'R5: every value that was entered is there, was replaced by a person, or is kept',
    ({ vanished }) => vanished,
  ],
  ['R5: the history of each record tells what it held after every version', ({ mistold }) => mistold],
  [
    'R2: a number that is added up is the sum of what people did, or a conflict says that it may not be',
    ({ miscounted }) => miscounted,
  ],
  [
    'R6: after two rounds without edits nothing is written any more',
    ({ writesByRound }) => writesByRound.slice(2).filter((writes) => writes > 0),
  ],
];

const drivings: readonly (readonly [string, Driving])[] = [
  ['one process', oneProcess],
  ['functions', functions],
];

const games = [...troubles, ...policies].flatMap(([name, trouble]) =>
  drivings.map(([driver, driving]) => [driver, name, trouble, driving] as const),
);

test('by the policy hold some fields wait in the end, by any other none does', async () => {
  const seedsOfThese = Array.from({ length: 20 }, (_, seed) => seed + 1);
  const waitingBy = async (trouble: Trouble): Promise<number> => {
    const endings = await Promise.all(seedsOfThese.map((seed) => play(seed, trouble)));
    return endings.reduce((sum, { waiting }) => sum + waiting.length, 0);
  };
  expect(await waitingBy({ ...everything, conflicts: { kind: 'hold' } })).toBeGreaterThan(20);
  expect(await waitingBy(everything)).toBe(0);
});

test('of numbers that are added up a conflict tells only where an answer was lost, and seldom then', async () => {
  const seedsOfThese = Array.from({ length: 20 }, (_, seed) => seed + 1);
  const doubtedBy = async (trouble: Trouble): Promise<number> => {
    const endings = await Promise.all(seedsOfThese.map((seed) => play(seed, trouble)));
    return endings.reduce((sum, { doubted }) => sum + doubted, 0);
  };
  const counting = { ...everything, deletes: 0, counts: 0.6, unique: false };
  expect(await doubtedBy({ ...counting, crash: 0, lost: 0 })).toBe(0);
  expect(await doubtedBy(counting)).toBeLessThan(5);
});

describe.each(games)(
  'driven by %s, with %s, in whatever order effects come',
  (_driver, _name, trouble, driving) => {
    const played = new Map<number, Promise<Ending>>();
    const ending = (seed: number): Promise<Ending> => {
      const known = played.get(seed) ?? play(seed, trouble, driving);
      played.set(seed, known);
      return known;
    };

    test.each(rules)('%s', async (_rule, broken) => {
      const holds = fc.asyncProperty(seeds, async (seed) => {
        expect(broken(await ending(seed))).toEqual([]);
      });
      await fc.assert(holds, run);
    });
  },
);
