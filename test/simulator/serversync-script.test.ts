/** The contract of filemaker/README.md, as the simulator carries it out. */
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { serverSyncScript, type ServerSyncScript } from '../../src/simulator/serversync-script.ts';
import { readDescription } from '../../src/simulator/description-schema.ts';
import type { Version } from '../../src/simulator/profiles.ts';
import type { TimeSource } from '../../src/simulator/description.ts';
import { type Bench, benchOf, closeAll, start, text } from './client.ts';

afterEach(closeAll);

/** A clock that passes while somebody sleeps. */
const passing = (): TimeSource => {
  let passed = start;
  return {
    now: () => passed,
    async sleep(ms) {
      passed += ms;
    },
  };
};

const scripted = (options: ServerSyncScript = {}, version: Version = '22'): Promise<Bench> =>
  benchOf({
    version,
    clock: passing(),
    databases: [
      {
        name: 'Main',
        tables: [
          {
            name: 'Things',
            fields: [
              { ...text('PK'), prohibitModification: true },
              text('name'),
              { name: 'code', type: 'text', validation: { unique: true } },
            ],
            rows: [
              { PK: 'k1', name: 'a', code: 'x' },
              { PK: 'k2', name: 'b' },
              { PK: 'k3', name: 'c' },
            ],
          },
        ],
        layouts: [{ name: 'Things', table: 'Things' }],
        scripts: { ServerSync: serverSyncScript(options) },
      },
    ],
  });

const options = { prohibitmode: 'script' };
const edit = (recordId: string, modId: string, fieldData: object): object => ({
  action: 'update',
  version: 'v2',
  layouts: 'Things',
  recordId,
  modId,
  fieldData,
  options,
});
const create = (fieldData: object): object => ({ action: 'create', layouts: 'Things', fieldData, options });
const remove = (recordId: string, modId: string, find: string): object => ({
  action: 'remove',
  recordId,
  modId,
  find,
});

const answers = z.object({ messages: z.array(z.object({ code: z.string() })), response: z.unknown() });

async function run({ call }: Bench, writes: readonly object[], header: object = {}) {
  const head = {
    serversync: 1,
    count: writes.length,
    mostMs: 4000,
    keyField: 'PK',
    echo: 'é"\\\r\n\u{1f600}',
    ...header,
  };
  const parameter = [head, ...writes].map((line) => JSON.stringify(line));
  const reply = await call('POST', '/_find', {
    query: [{ PK: '==k1' }],
    'script.prerequest': 'ServerSync',
    'script.prerequest.param': [...parameter, 'end'].join('\r'),
  });
  const lines = z.string().parse(reply.response['scriptResult.prerequest']).split('\r');
  const told: unknown = JSON.parse(lines[0] ?? '');
  return {
    told,
    codes: lines.slice(1, -1).map((line) => answers.parse(JSON.parse(line)).messages[0]?.code),
    lines,
  };
}

test('each record is done or refused by itself, in order', async () => {
  const bench = await scripted();
  const { told, codes, lines } = await run(bench, [
    edit('1', '0', { name: 'A' }),
    edit('2', '7', { name: 'B' }),
    create({ PK: 'k4', code: 'x' }),
    create({ PK: 'k5', code: 'y' }),
    edit('99', '0', { name: 'none' }),
    remove('3', '0', '==k3'),
  ]);
  expect(codes).toEqual(['0', '306', '504', '0', '101', '0']);
  expect(told).toMatchObject({ serversync: 1, done: 6, layout: 'Things', echo: 'é"\\\r\n\u{1f600}' });
  expect(lines.at(-1)).toBe('end');
  expect(JSON.parse(lines[4] ?? '')).toMatchObject({ response: { recordId: '4', modId: '0' } });
  const rows = bench.server.control.records({ table: 'Things' });
  expect(rows.map(({ values }) => [values['PK'], values['name']])).toEqual([
    ['k1', 'A'],
    ['k2', 'b'],
    ['k5', ''],
  ]);
});

test('a delete compares the modId under the lock: edited, open elsewhere or under another key it stays', async () => {
  const bench = await scripted();
  bench.server.control.updateAsUser({ table: 'Things', recordId: 1, values: { name: 'edited' } });
  bench.server.control.lock({ table: 'Things', recordIds: [2] });
  const { codes } = await run(bench, [
    remove('1', '0', '==k1'),
    remove('2', '0', '==k2'),
    remove('3', '0', '==k9'),
    { ...remove('3', '0', '==k3'), action: 'check' },
  ]);
  expect(codes).toEqual(['306', '301', '306', '0']);
  expect(bench.server.control.count({ table: 'Things' })).toBe(3);
});

test('a parameter that was cut off, and another version, are said before anything is done', async () => {
  const cut = await scripted({ cutAt: 150 });
  expect((await run(cut, [edit('1', '0', { name: 'A' })])).told).toEqual({ serversync: 1, error: 'cut' });
  const old = await scripted({ version: 0 });
  expect((await run(old, [edit('1', '0', { name: 'A' })])).told).toEqual({ serversync: 0, error: 'version' });
  expect(cut.server.control.stats().writes + old.server.control.stats().writes).toBe(0);
});

test('it stops by itself when its time is over, and says how far it came', async () => {
  const bench = await scripted({ msPerRecord: 1000 });
  const writes = [1, 2, 3, 4].map((name) => edit('1', String(name - 1), { name: String(name) }));
  const { told, codes } = await run(bench, writes, { mostMs: 1500 });
  expect([codes, told]).toEqual([['0', '0'], expect.objectContaining({ done: 2, ms: '2000' })]);
});

test('before FileMaker 2024 the step it rests on does not write', async () => {
  const { codes } = await run(await scripted({}, '20'), [create({ PK: 'k4' })]);
  expect(codes).toEqual(['960']);
});

test('a description in a file names it', () => {
  const file = {
    name: 'Main',
    tables: [],
    layouts: [],
    scripts: { ServerSync: 'serversync', slow: { msPerRecord: 9 } },
  };
  const [database] = readDescription({ databases: [file], accounts: [] }).databases;
  expect(Object.keys(database?.scripts ?? {})).toEqual(['ServerSync', 'slow']);
});
