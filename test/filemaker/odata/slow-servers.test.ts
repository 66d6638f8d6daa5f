/** Servers that are slow, or busy with what is read of them, are written to all the same, within the time that the engine gives. */
import { describe, expect, test } from 'vitest';
import type { HttpRequest } from '../../../src/filemaker/http/transport.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import { defaultSettings } from '../../../src/engine/engine.ts';
import type { Bulk, BulkWrite } from '../../../src/ports/server.ts';
import { never, openServer, type Opened } from '../../contracts/server/kind.ts';
import { place } from '../../contracts/server/simulated.ts';
import { sendingBy } from './sending-by.ts';
import { smallPicture as file } from './small-picture.ts';

const kind = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };
const { sendWithinMs } = defaultSettings;

const count = 40;

const rows = Array.from({ length: count }, (_, at) => ({ PK: `k${at + 1}` }));

type Slow = Opened & { ms: (request: HttpRequest) => number };

/** Once it says for which requests, answers take so long. */
async function opened(sessions = 2): Promise<Slow> {
  const held: { by?: Slow } = {};
  const open = sendingBy((send) => async (request, signal) => {
    const reply = await send(request, signal);
    if (held.by !== undefined) held.by.clock.at += held.by.ms(request);
    return reply;
  });
  const server = await openServer(kind, { rows, options: { open, sessions } });
  held.by = { ...server, ms: () => 0 };
  return held.by;
}

const updates = ({ simulator }: Opened): readonly BulkWrite[] =>
  simulator.control
    .records(place)
    .filter(({ values }) => values['PK']?.startsWith('k'))
    .map(({ recordId, modId, values: { PK: key = '' } }) => ({
      kind: 'update',
      key,
      recordId: String(recordId),
      modId,
      values: { name: `after ${modId}` },
    }));

const creates = (name: string): readonly BulkWrite[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'create',
    key: `${name}${at}`,
    values: { name: 'new' },
  }));

async function bulkOf({ table }: Opened): Promise<Bulk> {
  const bulk = await table.bulk?.(never);
  if (bulk === undefined || bulk === 'untried') throw new Error('there is no way for many');
  return bulk;
}

const applied = async (open: Opened, writes: readonly BulkWrite[]): Promise<readonly string[]> => {
  const bulk = await bulkOf(open);
  const next = writes.slice(0, bulk.most(writes));
  const outcomes = await bulk.apply(next, open.clock.now() + sendWithinMs, never);
  return [...new Set(outcomes.map((outcome) => outcome.kind))];
};

describe.each([500, 1_700, 3_000, 4_000, 4_500])('R2: where each answer takes %i ms', (ms) => {
  test('records are written one by one', async () => {
    await using open = await opened();
    const { table, clock } = open;
    await table.read('1', never);
    open.ms = () => ms;
    const by = (): number => clock.now() + sendWithinMs;
    const written = { kind: 'written', modId: 1 };
    expect(await table.update('1', 0, { name: 'ours' }, never, by())).toMatchObject(written);
    expect(await table.create('n1', { name: 'ours' }, by(), never)).toMatchObject({ kind: 'written' });
    expect(await table.remove('2', by(), never)).toEqual({ kind: 'removed' });
  });

  test('so are files', async () => {
    await using open = await opened();
    const table = await open.bind({ fieldNames: { picture: 'Picture' } }, { picture: 'container' });
    await table.read('1', never);
    open.ms = () => ms;
    const departBy = open.clock.now() + sendWithinMs;
    const outcome = await table.files?.upload('1', 0, 'picture', file, never, departBy);
    expect(outcome).toMatchObject({ kind: 'written' });
  });

  test('and by batch, which stays on, each time', async () => {
    await using open = await opened();
    await bulkOf(open);
    await open.table.read('1', never);
    open.ms = () => ms;
    for (let round = 0; round < 4; round++) {
      expect(await applied(open, updates(open))).toEqual(['written']);
      expect(await applied(open, creates(`n${round}-`))).toEqual(['written']);
    }
  });
});

/** While so many read one page after the other. */
async function whileRead<Result>(
  { table }: Opened,
  readers: number,
  work: () => Promise<Result>,
): Promise<Result> {
  const until = new AbortController();
  const reading = Array.from({ length: readers }, async () => {
    while (!until.signal.aborted) await table.list({ offset: 0, limit: 10 }, never);
  });
  try {
    return await work();
  } finally {
    until.abort();
    await Promise.all(reading);
  }
}

describe.each([1_700, 3_000, 4_000])('R2: while all sessions read pages of %i ms', (ms) => {
  test.each([1, 2, 3])('for %i readers, records are written', async (readers) => {
    await using open = await opened(1);
    const { table, clock } = open;
    await bulkOf(open);
    await table.read('1', never);
    open.ms = ({ path }) => (path.includes('orderby') ? ms : 10);
    const by = (): number => clock.now() + sendWithinMs;
    const told = await whileRead(open, readers, async () => [
      (await table.update('1', 0, { name: 'ours' }, never, by())).kind,
      await applied(open, updates(open)),
      await applied(open, updates(open)),
      await applied(open, creates('n')),
    ]);
    expect(told).toEqual(['written', ['written'], ['written'], ['written']]);
  });
});

test('R2: what had to wait for its turn is no reason to send fewer, nor one by one', async () => {
  await using open = await opened(1);
  await bulkOf(open);
  await open.table.read('1', never);
  open.ms = ({ path }) => (path.includes('orderby') ? 6_000 : 10);
  for (let round = 0; round < 5; round++) {
    const told = await whileRead(open, 2, () => applied(open, updates(open)));
    expect(told).toEqual(['unsent']);
    expect((await bulkOf(open)).most(updates(open))).toBe(count);
  }
});
