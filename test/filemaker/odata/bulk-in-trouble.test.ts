/** What becomes of many writes in one batch where a server, or what stands before it, does otherwise than it should. */
import { expect, test } from 'vitest';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { HttpReply, HttpRequest } from '../../../src/filemaker/http/transport.ts';
import type { Bulk, BulkWrite } from '../../../src/ports/server.ts';
import { never, type Opened, openServer, type Opening } from '../../contracts/server/kind.ts';
import { place } from '../../contracts/server/simulated.ts';
import { type Send, sendingBy } from './sending-by.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

const writesMany = ({ path, body }: HttpRequest): boolean =>
  path.endsWith('$batch') && /\r\n(?:PATCH|DELETE|POST) /.test(body ?? '');

type Answering = (send: () => ReturnType<Send>, batches: number) => ReturnType<Send>;

type OpenedBulk = Opened & { readonly bulk: Bulk; readonly batches: () => number };

/** `write`: answers the batches that write; `read`: whatever else is asked once the first of them was sent. */
async function opened(
  hands: { write?: Answering; read?: Answering },
  how: Opening = {},
): Promise<OpenedBulk> {
  let batches = 0;
  const open = sendingBy((send) => (request, signal) => {
    const isWrite = writesMany(request);
    if (isWrite) batches += 1;
    const answer = isWrite ? hands.write : hands.read;
    const own = () => send(request, signal);
    return answer === undefined || batches === 0 ? own() : answer(own, batches);
  });
  const rows = ['k1', 'k2', 'k3', 'k4'].map((PK) => ({ PK, Code: PK }));
  const server = await openServer(kind, { rows, ...how, options: { open } });
  const table = await server.bind({ fieldNames: { name: 'Name', code: 'Code' } });
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  return { ...server, table, bulk, batches: () => batches };
}

const update = (id: number, values: Readonly<Record<string, string>>): BulkWrite => ({
  kind: 'update',
  key: `k${id}`,
  recordId: String(id),
  modId: 0,
  values,
});

const remove = (id: number): BulkWrite => ({ kind: 'remove', key: `k${id}`, recordId: String(id), modId: 0 });

const create = (key: string): BulkWrite => ({ kind: 'create', key, values: { name: 'X' } });

const applied = async ({ bulk, clock }: OpenedBulk, writes: readonly BulkWrite[]) =>
  (await bulk.apply(writes, clock.now() + 60_000, never)).map(({ kind: outcome }) => outcome);

const codesOf = ({ simulator }: OpenedBulk) =>
  simulator.control.records(place).map(({ values: { Code } }) => Code);

const stops = { odata: { batch: { continueOnError: false } } } as const;

const own = { date: undefined, accessToken: undefined, sentAt: 0, answeredAt: 0 } as const;
const down = { kind: 'notSent', reason: 'the connection was refused (ECONNREFUSED)' } as const;
const lost = { kind: 'lost', reason: 'the connection broke' } as const;

/** An answer some of whose parts are changed or left out. */
const parted =
  (change: (pieces: readonly string[]) => readonly string[]): Answering =>
  async (send) => {
    const reply = await send();
    if (reply.kind !== 'response') return reply;
    const [, boundary = ''] = /boundary="?([^";]+)/.exec(reply.contentType) ?? [];
    const [before = '', ...pieces] = reply.text.split(`--${boundary}`);
    return { ...reply, text: [before, ...change(pieces)].join(`--${boundary}`) };
  };

const answering =
  (reply: HttpReply): Answering =>
  () =>
    Promise.resolve(reply);

/** Of a record that somebody has open. */
const isOfLocked = (piece: string): boolean => piece.includes('"301"');

const isLook = (piece: string): boolean => piece.includes('"value"');

const xIsTaken = {
  rows: [{ PK: 'k1' }, { PK: 'k2', Code: 'x' }, { PK: 'k3' }, { PK: 'k4' }],
  simulator: stops,
};

const secondRefused = [update(1, { name: 'A' }), update(3, { code: 'x' }), update(4, { name: 'D' })];

const downAfterFirst: Answering = (send, batches) => (batches > 1 ? Promise.resolve(down) : send());

test('R3: a record that a user edits between the look and the write counts as written by nobody', async () => {
  await using open = await opened({
    write: (send) => {
      const values = { Name: 'of a user' };
      open.simulator.control.updateAsUser({ ...place, recordId: 1, values });
      return send();
    },
  });
  expect(await applied(open, [update(1, { code: 'a' }), update(2, { code: 'b' })])).toEqual([
    'unknown',
    'written',
  ]);
});

test('R4: what was done of a batch counts, though what was left of it finds the server down', async () => {
  await using open = await opened({ write: downAfterFirst }, xIsTaken);
  expect(await applied(open, secondRefused)).toEqual(['written', 'refused', 'unsent']);
});

test('R4: nor is anything told to be unsent where the server is down for the look behind it', async () => {
  await using open = await opened({ read: answering(down) }, xIsTaken);
  // Of the first the server has said that it is done, so nothing more of it comes.
  expect(await open.bulk.apply(secondRefused, open.clock.now() + 60_000, never)).toEqual([
    { kind: 'unknown', isOver: true },
    { kind: 'unknown' },
    { kind: 'unknown' },
  ]);
  expect(open.batches()).toBe(1);
});

test('R3: an answer that ends early, without a failure and without its end, is none: nothing goes again', async () => {
  let held: (() => Promise<unknown>) | undefined;
  const text = '--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n';
  const contentType = 'multipart/mixed; boundary=b';
  const write: Answering = (send) => {
    held = send;
    return Promise.resolve({ kind: 'response', status: 200, contentType, text, ...own });
  };
  await using open = await opened({ write });
  expect(await applied(open, ['n1', 'n2', 'n3'].map(create))).toEqual(['unknown', 'unknown', 'unknown']);
  await held?.();
  expect([open.batches(), open.simulator.control.count(place)]).toEqual([1, 7]);
});

test('R3: nor does anything where it ends with a failure, but without its end: the server may go on', async () => {
  await using open = await opened({
    write: parted((pieces) => pieces.slice(0, pieces.findIndex(isOfLocked) + 1)),
  });
  open.simulator.control.lock({ ...place, recordIds: [2] });
  expect(await applied(open, [update(1, { code: 'a' }), update(2, { code: 'b' }), create('n1')])).toEqual([
    'unknown',
    'unknown',
    'unknown',
  ]);
  expect(open.batches()).toBe(1);
});

test('R4: where a part of the answer is missing none is taken for that of another record', async () => {
  await using open = await opened({
    write: parted((pieces) => pieces.filter((piece) => !isOfLocked(piece))),
  });
  open.simulator.control.lock({ ...place, recordIds: [2] });
  const outcomes = await applied(open, [1, 2, 3, 4].map(remove));
  expect(outcomes).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  // It would be the same the next time.
  expect(await open.table.bulk?.(never)).toBe(undefined);
});

test('R4: nor where the last part tells of a failure: what it says counts if the record is as it was', async () => {
  await using open = await opened({
    write: parted((pieces) => pieces.filter((piece) => !isOfLocked(piece) && !isLook(piece))),
  });
  open.simulator.control.lock({ ...place, recordIds: [2] });
  const codes = ['k9', 'z2', 'z3', 'k9'];
  const outcomes = await applied(
    open,
    codes.map((code, at) => update(at + 1, { code })),
  );
  // The third was done, and the failure in its place is of the fourth.
  expect(codesOf(open)).toEqual(['k9', 'k2', 'z3', 'k4']);
  expect(outcomes).toEqual(['unknown', 'unknown', 'unknown', 'refused']);
});

test('R4: nothing counts as written by the place of a part once the records show that parts are not in their places', async () => {
  const failed = '\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n\r\n';
  const partless = parted((pieces) =>
    pieces.flatMap((piece) => (isOfLocked(piece) ? [] : isLook(piece) ? failed : piece)),
  );
  await using open = await opened({
    write: async (send, batches) => {
      const reply = await partless(send, batches);
      open.simulator.control.unlock({ ...place, recordIds: [1] });
      open.simulator.control.updateAsUser({ ...place, recordId: 1, values: { Name: 'of a user' } });
      return reply;
    },
  });
  open.simulator.control.lock({ ...place, recordIds: [1] });
  expect(await applied(open, [update(1, { code: 'a' }), update(2, { code: 'b' })])).toEqual([
    'unknown',
    'unknown',
  ]);
  expect(codesOf(open).slice(0, 2)).toEqual(['k1', 'b']);
});

test('R4: a part that cannot be read keeps its place, and its record is looked at', async () => {
  await using open = await opened({
    write: parted((pieces) =>
      pieces.map((piece) => (isOfLocked(piece) ? '\r\nContent-Type: text/plain\r\n\r\nno\r\n' : piece)),
    ),
  });
  open.simulator.control.lock({ ...place, recordIds: [2] });
  const outcomes = await applied(open, [remove(1), remove(2), update(3, { code: 'k4' }), remove(4)]);
  expect(outcomes).toEqual(['removed', 'unsent', 'refused', 'removed']);
});

test('R4: a delete is believed by the look behind it, not by what is said of it', async () => {
  const shown = '"value":[{"ROWID":1,"ROWMODID":0,"PK":"k1"}]';
  await using open = await opened({
    write: parted((pieces) => pieces.map((piece) => piece.replace('"value":[]', shown))),
  });
  expect(await applied(open, [remove(1), remove(2)])).toEqual(['unknown', 'removed']);
});

test('R4: what was done to no record, as the server says, is not ours, whatever a user did to it just then', async () => {
  const ofNone = [
    'Content-Type: application/http',
    '',
    'HTTP/1.1 204 No Content',
    'fmodata.affected_rows: 0',
  ];
  const answer = parted((pieces) =>
    pieces.map((piece) => (isOfLocked(piece) ? ['', ...ofNone, '', '', ''].join('\r\n') : piece)),
  );
  await using open = await opened({ write: answer });
  open.simulator.control.lock({ ...place, recordIds: [1, 2, 3] });
  const { control } = open.simulator;
  let acted = false;
  // Before the look behind.
  control.watch(place, () => {
    if (acted) return;
    acted = true;
    control.unlock({ ...place, recordIds: [1, 3] });
    control.updateAsUser({ ...place, recordId: 1, values: { Name: 'of a user' } });
    control.deleteAsUser({ ...place, recordId: 3 });
  });
  const writes = [update(1, { name: 'A' }), update(2, { name: 'A' }), remove(3), remove(4)];
  expect(await applied(open, writes)).toEqual(['unknown', 'unknown', 'missing', 'removed']);
});

test('a look that fails behind a lost answer is no reason to tell before the server can do no more', async () => {
  let held: (() => Promise<unknown>) | undefined;
  let lookedIn = 0;
  const write: Answering = (send) => {
    held = send;
    return Promise.resolve(lost);
  };
  const read: Answering = async (send) => {
    lookedIn += 1;
    if (lookedIn <= 7) return lost;
    // The server is back, and does then what it has taken.
    await held?.();
    held = undefined;
    return send();
  };
  await using open = await opened({ write, read });
  expect(await applied(open, [create('n1')])).toEqual(['unknown']);
  expect(open.simulator.control.count(place)).toBe(5);
});

test('but it is told in the end', async () => {
  await using open = await opened({ write: answering(lost), read: answering(lost) });
  expect(await applied(open, [create('n1')])).toEqual(['unknown']);
});

test('a record too long for what stands before the server goes by itself, and others still together', async () => {
  const tooLong = { kind: 'response', status: 413, contentType: 'text/html', text: '', ...own } as const;
  await using open = await opened({ write: answering(tooLong) });
  const long = update(1, { name: 'x'.repeat(200_000) });
  expect(await applied(open, [long])).toEqual(['unsent']);
  const short = update(2, { name: 'x' });
  expect([[long], [short, long], [short]].map((writes) => open.bulk.most(writes))).toEqual([0, 1, 1]);
});

test('how much goes at once through what stands before the server is found out once', async () => {
  const most = 100_000;
  const tooLong = { kind: 'response', status: 413, contentType: 'text/html', text: '', ...own } as const;
  let turnedAway = 0;
  const open = sendingBy((send) => (request, signal) => {
    if ((request.body ?? '').length <= most) return send(request, signal);
    turnedAway += 1;
    return Promise.resolve(tooLong);
  });
  const rows = Array.from({ length: 250 }, (_, at) => ({ PK: `k${at + 1}` }));
  await using server = await openServer(kind, { rows, options: { open } });
  const bulk = await server.table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  let left = rows.map((_, at) => update(at + 1, { name: 'x'.repeat(1_000) }));
  for (let batches = 0; left.length > 0 && batches < 20; batches++) {
    const next = left.slice(0, bulk.most(left));
    const outcomes = await bulk.apply(next, server.clock.now() + 60_000, never);
    left = left.filter((_, at) => outcomes[at]?.kind !== 'written');
  }
  expect([left.length, turnedAway]).toEqual([0, 2]);
});

test('R3: nothing goes by a look that is old, however long its answer took; then fewer are looked at', async () => {
  let clock: { at: number } | undefined;
  const open = sendingBy((send) => async (request, signal) => {
    const reply = await send(request, signal);
    if (clock !== undefined && request.path.endsWith('$batch') && !writesMany(request)) clock.at += 20_000;
    return reply;
  });
  const rows = Array.from({ length: 200 }, (_, at) => ({ PK: `k${at + 1}` }));
  await using server = await openServer(kind, { rows, options: { open } });
  const writes = rows.map((_, at) => update(at + 1, { name: 'ours' }));
  const sizes: number[] = [];
  const bulk = await server.table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  for (let round = 0; round < 8; round++) {
    clock = server.clock;
    const next = writes.slice(0, bulk.most(writes));
    sizes.push(next.length);
    const outcomes = await bulk.apply(next, server.clock.now() + 60_000, never);
    expect(new Set(outcomes.map(({ kind: outcome }) => outcome))).toEqual(new Set(['unsent']));
  }
  expect(sizes).toEqual([200, 100, 50, 25, 13, 10, 10, 10]);
  // One by one nothing would be quicker.
  expect(await server.table.bulk?.(never)).toBe(bulk);
  expect(server.simulator.control.stats().writes).toBe(0);
});
