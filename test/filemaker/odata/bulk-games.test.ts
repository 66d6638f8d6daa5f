/**
 * Batches against a server that breaks off, stops, loses answers, and gives such as lack parts or their end, while users edit and delete
 * between any two requests. What is told of each write is held against what really happened to the record.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { HttpReply } from '../../../src/filemaker/http/transport.ts';
import type { BulkWrite, WriteOutcome } from '../../../src/ports/server.ts';
import type { RequestKind } from '../../../src/simulator/description.ts';
import type { Effect } from '../../../src/simulator/troubles.ts';
import { never, openServer, type Opened } from '../../contracts/server/kind.ts';
import { place } from '../../contracts/server/simulated.ts';
import { sendingBy } from './sending-by.ts';

const rows = Array.from({ length: 8 }, (_, at) => ({ PK: `k${at + 1}`, Name: '' }));

const kinds = fc.constantFrom('create' as const, 'update' as const, 'remove' as const);
const trouble = fc.record({
  effect: fc.constantFrom<Effect>(
    { kind: 'resetBefore' },
    { kind: 'resetAfter' },
    { kind: 'html', status: 504, after: true },
    { kind: 'html', status: 502 },
    { kind: 'truncate' },
    { kind: 'error', code: '813' },
    { kind: 'error', code: '509' },
    { kind: 'error', code: '16' },
    { kind: 'error', code: '212' },
  ),
  on: fc.constantFrom<RequestKind>('create', 'update', 'delete', 'find', 'read', 'batch'),
});
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const game = fc.record({
  writes: fc.array(kinds, { minLength: 1, maxLength: 8 }),
  troubles: fc.array(trouble, { maxLength: 2 }),
  /** Before which request a user does something, to which record, and what. */
  users: fc.array(
    fc.record({
      before: fc.integer({ min: 0, max: 5 }),
      record: fc.integer({ min: 1, max: 8 }),
      deletes: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
  continueOnError: fc.boolean(),
  nestedAnswers: fc.boolean(),
  locked: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 1 }),
  /** What comes of the parts of an answer to a batch: left out, or not to be read; and of its end. */
  maimed: seldom(
    fc.record({
      answer: fc.integer({ min: 0, max: 3 }),
      part: fc.integer({ min: 0, max: 5 }),
      how: fc.constantFrom('leftOut' as const, 'unreadable' as const, 'last' as const, 'cutOff' as const),
    }),
  ),
  /** For which requests the server is not to be reached. */
  down: seldom(fc.record({ from: fc.integer({ min: 1, max: 6 }), count: fc.constantFrom(1, 4, 5, 20) })),
});

type Game = typeof game extends fc.Arbitrary<infer T> ? T : never;

const writeOf = (kind: BulkWrite['kind'], at: number): BulkWrite => {
  const record = { key: `k${at + 1}`, recordId: String(at + 1), modId: 0 };
  if (kind === 'create') return { kind, key: `n${at}`, values: { name: 'ours' } };
  return kind === 'update' ? { kind, ...record, values: { name: 'ours' } } : { kind, ...record };
};

/** What happened to a record, in order: by us or by a user, and its modId afterwards; -1: it is gone. */
type Steps = readonly { readonly by: 'us' | 'user'; readonly modId: number }[];

async function play({ writes: all, troubles, users, locked, maimed, down, ...batch }: Game) {
  let requests = 0;
  let answers = 0;
  let byUser = false;
  let act: ((request: number) => void) | undefined;
  const open = sendingBy((send) => async (request, signal) => {
    if (act === undefined) return send(request, signal);
    const at = requests++;
    act(at);
    if (down !== undefined && at >= down.from && at < down.from + down.count)
      return { kind: 'notSent', reason: 'ECONNREFUSED' };
    const reply = await send(request, signal);
    return request.path.endsWith('$batch') ? maimedBy(maimed, answers++, reply) : reply;
  });
  const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };
  await using opened = await openServer(kind, {
    rows,
    simulator: { odata: { batch } },
    options: { open },
  });
  const { simulator, table } = opened;
  const steps = new Map<string, { by: 'us' | 'user'; modId: number }[]>();
  simulator.control.watch(place, ({ before, after }) => {
    const key = (after ?? before)?.values['PK'] ?? '';
    steps.set(key, [...(steps.get(key) ?? []), { by: byUser ? 'user' : 'us', modId: after?.modId ?? -1 }]);
  });
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  await table.read('1', never);
  requests = 0;
  act = (request) => {
    byUser = true;
    for (const { before, record, deletes } of users) if (before === request) touch(opened, record, deletes);
    byUser = false;
  };
  simulator.control.lock({ ...place, recordIds: locked });
  for (const one of troubles) simulator.control.addTrouble({ effect: one.effect, on: [one.on], next: 1 });
  const writes = all.map(writeOf);
  const told = await bulk.apply(writes, opened.clock.now() + 5_000, never).catch(() => undefined);
  return { writes, told, steps: (key: string): Steps => steps.get(key) ?? [] };
}

function maimedBy(maimed: Game['maimed'], answer: number, reply: HttpReply): HttpReply {
  if (maimed === undefined || reply.kind !== 'response' || answer !== maimed.answer) return reply;
  const [, boundary] = /boundary="?([^";]+)/.exec(reply.contentType) ?? [];
  if (boundary === undefined) return reply;
  const parts = reply.text.split(`--${boundary}`);
  // Before the first one stands nothing, behind the last one the end.
  const at = 1 + (maimed.part % Math.max(1, parts.length - 2));
  const left = {
    leftOut: parts.toSpliced(at, 1),
    unreadable: parts.with(at, '\r\n\r\nno\r\n'),
    last: [...parts.slice(0, at + 1), '--'],
    cutOff: parts.slice(0, at + 1),
  }[maimed.how];
  return { ...reply, text: left.join(`--${boundary}`) };
}

function touch({ simulator }: Opened, recordId: number, deletes: boolean): void {
  try {
    if (deletes) simulator.control.deleteAsUser({ ...place, recordId });
    else simulator.control.updateAsUser({ ...place, recordId, values: { Name: 'of a user' } });
  } catch {
    // It is gone, or open elsewhere.
  }
}

function holds(write: BulkWrite, outcome: WriteOutcome, steps: Steps): boolean {
  const ours = steps.filter(({ by }) => by === 'us');
  if (ours.length > 1) return false;
  switch (outcome.kind) {
    case 'written':
      // As it told: ours was the step from the modId known.
      return ours[0]?.modId === outcome.modId && outcome.modId === (write.kind === 'create' ? 0 : 1);
    case 'removed':
      return write.kind === 'remove' && ours[0]?.modId === -1;
    case 'unknown':
      return true;
    default:
      return ours.length === 0;
  }
}

test('R3: whatever breaks and whoever edits meanwhile, each write is done once at the most, and what is told of it is true', async () => {
  await fc.assert(
    fc.asyncProperty(game, async (one) => {
      const { writes, told, steps } = await play(one);
      // Nothing was sent where it says nothing of any of them.
      const outcomes = told ?? writes.map((): WriteOutcome => ({ kind: 'unsent' }));
      const wrong = writes.flatMap((write, at) => {
        const outcome = outcomes[at] ?? { kind: 'unknown' };
        return holds(write, outcome, steps(write.key)) ? [] : [{ write, outcome, steps: steps(write.key) }];
      });
      expect(wrong).toEqual([]);
    }),
    { numRuns: Number(process.env['SERVERSYNC_GAMES'] ?? 120) },
  );
});

test('where nothing breaks and nobody edits, nothing is unknown', async () => {
  const quiet = fc.record({
    writes: game.map(({ writes }) => writes),
    continueOnError: fc.boolean(),
    locked: game.map(({ locked }) => locked),
  });
  await fc.assert(
    fc.asyncProperty(quiet, async (one) => {
      const calm = { troubles: [], users: [], nestedAnswers: true, maimed: undefined, down: undefined };
      const { told = [] } = await play({ ...calm, ...one });
      expect(told.map(({ kind }) => kind).filter((kind) => kind === 'unknown' || kind === 'unsent')).toEqual(
        [],
      );
    }),
    { numRuns: 30 },
  );
});
