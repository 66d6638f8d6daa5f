import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundsOf, nicenesses } from '../../../src/core/niceness.ts';
import { type Heard, Pace } from '../../../src/filemaker/http/pace.ts';
import { seededRandom } from '../../../src/simulator/seeded-random.ts';
import { CrowdedServer } from './crowded-server.ts';

const share = (limits: readonly number[], holds: (limit: number) => boolean): number =>
  limits.filter(holds).length / limits.length;

const heard = fc.record({
  kind: fc.constantFrom('find', 'edit', ''),
  ms: fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: -5_000, max: 100_000 })),
  inFlight: fc.integer({ min: 1, max: 100 }),
  inFlightAfter: fc.integer({ min: 1, max: 100 }),
  isFull: fc.boolean(),
  isDelayed: fc.boolean(),
  outcome: fc.constantFrom<Heard['outcome']>('done', 'done', 'done', 'locked', 'refused'),
  after: fc.integer({ min: 0, max: 5_000 }),
});

test('whatever a server answers, at least one request may be under way and no more than there are sessions', () => {
  fc.assert(
    fc.property(
      fc.array(heard, { maxLength: 300 }),
      fc.constantFrom(...nicenesses),
      fc.integer({ min: 1, max: 100 }),
      (all, niceness, sessions) => {
        const pace = new Pace({
          bounds: boundsOf(niceness, sessions),
          business: () => 0,
          lowered: () => undefined,
        });
        let at = 0;
        for (const { after, ...one } of all) {
          at += after;
          pace.hear({ ...one, at, sentAt: at - Math.max(0, one.ms) });
          expect(pace.limit).toSatisfy(
            (limit: number) => Number.isInteger(limit) && limit >= 1 && limit <= sessions,
          );
        }
      },
    ),
  );
});

test.each([1, 2, 8, 40])(
  'on a server with room all of %i sessions are at work after as many answers',
  (sessions) => {
    const server = new CrowdedServer({ sessions, processors: 1_000 });
    expect(server.answers(sessions).at(-1)).toBe(sessions);
  },
);

test('answers that came one at a time open the way for all sessions at once', () => {
  const pace = new Pace({ bounds: boundsOf(1, 8), business: () => 0, lowered: () => undefined });
  const alone = { kind: 'find', ms: 30, inFlight: 1, inFlightAfter: 1, isFull: false } as const;
  for (let at = 0; at < 7; at++)
    pace.hear({ ...alone, isDelayed: false, outcome: 'done', sentAt: at * 40, at: at * 40 + 30 });
  expect(pace.limit).toBe(8);
});

test.each([
  { name: 'in the same room', roundTripMs: 0 },
  { name: 'far away', roundTripMs: 60 },
])(
  'on a server with room, $name, all sessions are at work for 98 % of the answers of a minute',
  ({ roundTripMs }) => {
    const server = new CrowdedServer({ sessions: 8, processors: 1_000, roundTripMs });
    expect(share(server.during(60_000), (limit) => limit === 8)).toBeGreaterThan(0.98);
  },
);

test.each([20, 900])(
  'a look at what is usual does not hold up the first seconds, where an answer takes %i ms',
  (serviceMs) => {
    const server = new CrowdedServer({ sessions: 8, processors: 1_000, serviceMs });
    server.answers(8);
    const all = (8 * 15_000) / serviceMs;
    expect(server.during(15_000).length).toBeGreaterThan(0.95 * all);
  },
);

test('answers that scatter by chance are not taken for slow ones', () => {
  const server = new CrowdedServer({ sessions: 8, processors: 1_000, random: seededRandom(7) });
  expect(share(server.during(600_000), (limit) => limit === 8)).toBeGreaterThan(0.97);
});

const crowded = [2, 3, 4, 6].flatMap((processors) =>
  [8, 16].flatMap((sessions) => [0, 60].map((roundTripMs) => ({ processors, sessions, roundTripMs }))),
);

test.each(crowded)(
  'with $processors requests at once on the server, $sessions sessions and $roundTripMs ms on the way, it settles where none waits',
  ({ processors, sessions, roundTripMs }) => {
    const serviceMs = 20;
    // Those on the way are under way too, and wait for nobody.
    const knee = (processors * (serviceMs + roundTripMs)) / serviceMs;
    const server = new CrowdedServer({ sessions, processors, serviceMs, roundTripMs });
    server.during(20_000);
    const limits = server.during(300_000);
    const most = Math.min(sessions, knee);
    expect(share(limits, (limit) => limit <= most)).toBeGreaterThan(0.95);
    expect(share(limits, (limit) => limit >= Math.floor(most * 0.7))).toBeGreaterThan(0.95);
  },
);

test('niceness 0 takes all sessions however slow answers are, and 3 takes one', () => {
  const greedy = new CrowdedServer({ sessions: 8, processors: 2, niceness: 0 });
  const shy = new CrowdedServer({ sessions: 8, processors: 1_000, niceness: 3 });
  expect([greedy.during(60_000).at(-1), Math.max(...shy.during(60_000))]).toEqual([8, 1]);
});

test('a server that is slow for a while has all sessions again soon after it', () => {
  const server = new CrowdedServer({ sessions: 8, processors: 1_000 });
  server.during(20_000);
  server.processors = 1;
  server.during(60_000);
  const narrow = server.pace.limit;
  server.processors = 1_000;
  server.during(180_000);
  expect([narrow, server.pace.limit]).toEqual([1, 8]);
});

test('refusals halve it once for all requests that were under way together, and it has grown back within five seconds', () => {
  const server = new CrowdedServer({ sessions: 8, processors: 1_000 });
  server.during(10_000);
  server.outcome = 'refused';
  const [first] = server.answers(8).slice(-1);
  server.outcome = 'done';
  server.during(5_000);
  expect([first, server.lowered, server.pace.limit]).toEqual([4, [{ from: 8, to: 4, why: 'refused' }], 8]);
});

test('where the server has room for four sessions only, all four stay at work however often a fifth is tried', () => {
  const pace = new Pace({ bounds: boundsOf(1, 8), business: () => 0, lowered: () => undefined });
  const limits: number[] = [];
  for (let at = 0; at < 1_800_000; at += 30) {
    const one = { kind: 'edit', ms: 12, inFlight: 4, inFlightAfter: 4, isFull: pace.limit <= 4 } as const;
    pace.hear({ ...one, isDelayed: false, outcome: 'done', sentAt: at - 12, at });
    if (at % 30_000 === 0) pace.full(4, at - 20, at);
    if (at > 60_000) limits.push(pace.limit);
  }
  expect(share(limits, (limit) => limit >= 4)).toBeGreaterThan(0.97);
  // A login that found no room is no reason to try ever later.
  expect(share(limits, (limit) => limit > 4)).toBeGreaterThan(0.5);
});

test.each([0, 1] as const)(
  'with niceness %i a storm of refusals leaves one request at a time, and all sessions are at work again in the end',
  (niceness) => {
    const server = new CrowdedServer({ sessions: 8, processors: 1_000, niceness });
    server.during(10_000);
    server.outcome = 'refused';
    server.during(2_000);
    const inStorm = server.pace.limit;
    server.outcome = 'done';
    server.during(240_000);
    expect([inStorm, server.pace.limit]).toEqual([1, 8]);
  },
);

test('a locked record now and then is nothing, and many of them are users at work', () => {
  const server = new CrowdedServer({ sessions: 8, processors: 1_000 });
  server.during(10_000);
  server.outcome = 'locked';
  server.answers(2);
  server.outcome = 'done';
  server.during(1_000);
  const few = server.pace.limit;
  server.outcome = 'locked';
  server.during(1_000);
  expect([few, server.pace.limit < 8, server.lowered[0]?.why]).toEqual([8, true, 'locked']);
});

test('answers that waited for this process itself do not make it give way', () => {
  const answers = { kind: 'edit', inFlight: 8, isFull: true, isDelayed: false, outcome: 'done' } as const;
  const limitAt = (business: number): number => {
    const pace = new Pace({ bounds: boundsOf(1, 8), business: () => business, lowered: () => undefined });
    for (let at = 0; at < 400; at++) {
      const few = at < 5 || pace.limit <= 2;
      pace.hear({
        ...answers,
        inFlight: few ? 1 : 8,
        inFlightAfter: few ? 1 : 8,
        ms: few ? 20 : 90,
        at: at * 100,
        sentAt: at * 100 - 90,
      });
    }
    return pace.limit;
  };
  expect([limitAt(0.9), limitAt(0.1) < 8]).toEqual([8, true]);
});

const whileStanding = (processors: number): readonly number[] =>
  new CrowdedServer({ sessions: 8, processors, stands: { forMs: 100, everyAnswers: 500 } }).during(120_000);

test('answers that lay in this process while it stood are not heard, and those that the server was slow with are', () => {
  expect(share(whileStanding(1_000), (limit) => limit === 8)).toBeGreaterThan(0.98);
  expect(share(whileStanding(3), (limit) => limit <= 3)).toBeGreaterThan(0.9);
});

test('a server that became slow for another reason than us keeps all sessions at work, for giving way would help nobody', () => {
  const server = new CrowdedServer({ sessions: 8, processors: 1_000 });
  server.during(20_000);
  server.serviceMs = 60;
  expect(share(server.during(120_000), (limit) => limit === 8)).toBeGreaterThan(0.95);
  expect(server.lowered).toEqual([]);
});

test('answers that are half as long again for half a second do not make it give way', () => {
  const server = new CrowdedServer({ sessions: 8, processors: 1_000 });
  server.during(20_000);
  for (let times = 0; times < 20; times++) {
    server.serviceMs = 30;
    server.during(500);
    server.serviceMs = 20;
    server.during(5_000);
  }
  expect(server.lowered).toEqual([]);
});
