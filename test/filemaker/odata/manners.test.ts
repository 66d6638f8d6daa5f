/** What a server refuses for a moment is asked for again; what it refuses for good is left off. */
import { expect, test } from 'vitest';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import { connectOData } from '../../../src/filemaker/odata/connect.ts';
import type { Envelope } from '../../../src/filemaker/http/answer.ts';
import { type Has, type Manner, Manners } from '../../../src/filemaker/odata/manners.ts';
import { all, never, openServer } from '../../contracts/server/kind.ts';
import { place } from '../../contracts/server/simulated.ts';

const odata = { name: 'OData', layout: 'Contacts', findsAlike: false, connect: connectOData };

/** Refuses addresses with these words, the next so many times. */
function refusing(words: string, code: string) {
  const left = { times: 0 };
  const open: typeof openTransport = (options) => {
    const transport = openTransport(options);
    const send: typeof transport.send = async (request, signal) => {
      const reply = await transport.send(request, signal);
      if (reply.kind !== 'response' || left.times === 0 || !request.path.includes(words)) return reply;
      left.times -= 1;
      const text = `{"error":{"code":"${code}","message":"Table not defined in database"}}`;
      return { ...reply, status: 404, contentType: 'application/json', text };
    };
    return { ...transport, send };
  };
  return { left, open };
}

test('R7: after a record was refused once, records go in batches as before', async () => {
  const { left, open } = refusing('(ROWID=', '-1020');
  await using opened = await openServer(odata, { rows: [{ PK: 'k1' }], options: { open } });
  const { table } = opened;
  expect(await table.read('1', never)).toMatchObject({ key: 'k1' });
  left.times = 1;
  expect(await table.read('1', never)).toMatchObject({ key: 'k1' });
  expect(await table.bulk?.(never)).toBeDefined();
});

test('after ids were refused once, a field that is renamed is still found by its id', async () => {
  const { left, open } = refusing('FMTID', '-1020');
  const rows = [{ PK: 'k1', Name: 'Ann' }];
  await using opened = await openServer({ ...odata, asksByIds: true }, { rows, options: { open } });
  const { table, simulator } = opened;
  await table.list(all, never);
  left.times = 1;
  await table.list(all, never);
  simulator.control.renameField({ ...place, from: 'Name', to: 'Full name' });
  expect((await table.lookUp(['k1'], never)).map(({ values }) => values['name'])).toEqual(['Ann']);
});

const answered = (code: string): Envelope => ({
  kind: 'envelope',
  code,
  message: '',
  response: {},
  http: {
    kind: 'response',
    status: 200,
    contentType: 'application/json',
    text: '',
    date: undefined,
    accessToken: undefined,
    sentAt: 0,
    answeredAt: 0,
  },
});

/** Takes no request that uses this manner, and says this to all others. */
const without =
  (manner: Manner, code: string) =>
  (has: Has): Promise<Envelope> =>
    Promise.resolve(answered(has(manner) ? '-1002' : code));

test('a server that never takes an order by ROWID is asked without it from then on', async () => {
  const manners = new Manners();
  expect((await manners.ask(['rowFilter', 'rowOrder'], without('rowOrder', '0'))).code).toBe('0');
  expect([manners.has('rowFilter'), manners.has('rowOrder')]).toEqual([true, false]);
});

test('that a record is not there proves nothing, nor that it is there without a manner', async () => {
  const manners = new Manners();
  await manners.ask(['rowAddress'], () => Promise.resolve(answered('101')));
  expect(manners.isProven('rowAddress')).toBe(false);
  expect((await manners.ask(['rowAddress'], without('rowAddress', '101'))).code).toBe('101');
  expect(manners.has('rowAddress')).toBe(true);
});
