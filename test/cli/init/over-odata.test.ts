/** `serversync init` at servers that speak OData, alone and beside one that speaks the Data API. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inspectServer } from '../../../src/composition/connect.ts';
import { ServerError } from '../../../src/ports/server-errors.ts';
import { Refused } from '../../../src/cli/refused.ts';
import { runOnceCommand } from '../../../src/cli/run-command.ts';
import { loadConfiguration } from '../../../src/config/load.ts';
import { collected } from '../../end-to-end/support/bench.ts';
import { account, contacts, type Lab, openLab } from './lab.ts';
import { down, enter, typist } from './typing.ts';

/** What OData alone can be asked of: no layout, and an account that the Data API lets not in. */
const bare = (records: number) => ({ databases: [contacts(records, { layouts: [] })] });
const dataApiOff = { troubles: [{ effect: { kind: 'error', code: '959' }, on: ['productInfo'] }] } as const;

async function run({ path: configFile, environment }: Lab): Promise<void> {
  const { output } = collected();
  const { signal } = new AbortController();
  await runOnceCommand({ configFile, stateDirectory: undefined, environment, output, signal, settings: {} });
}

const namesOn = (lab: Lab, at: number) =>
  lab.simulators[at]?.control.records({ table: 'Contacts' }).map(({ values }) => values['Name']) ?? [];

test.each([
  ['odata on both', ['odata'], ['odata', 'odata']],
  ['a pair of both APIs', ['branch=odata'], ['data', 'odata']],
])('%s: what is written loads, names tables, and a run makes both the same', async (_name, api, apis) => {
  await using lab = await openLab(contacts(30), bare(0));
  const { exitCode, text, report } = await lab.init({ options: { api } });
  expect(exitCode).toBe(0);
  expect(text).toContain('branch answers: FileMaker Server');
  expect(text).toMatch(/branch table/);
  const { servers, tables } = await loadConfiguration(lab.path);
  expect(servers.map((server) => server.api)).toEqual(apis);
  expect(tables[0]?.links.map(({ layout }) => layout)).toEqual([
    apis[0] === 'data' ? 'Contacts_Sync' : 'Contacts',
    'Contacts',
  ]);
  expect(lab.written).toMatch(/branch: \{ table: Contacts \}/);
  expect(report).toMatchObject({
    servers: [{ api: apis[0] }, { api: 'odata' }],
    tables: [{ places: [{ api: apis[0] }, { api: 'odata', table: 'Contacts' }] }],
  });
  await run(lab);
  expect(namesOn(lab, 1)).toHaveLength(30);
});

test('where only OData answers it is spoken, without an option', async () => {
  await using lab = await openLab({ ...bare(3), ...dataApiOff }, contacts(3));
  const { text } = await lab.init();
  expect(text).toMatch(/hq answers: FileMaker Server.*, OData; its Data API does not answer/);
  expect((await loadConfiguration(lab.path)).servers.map(({ api }) => api)).toEqual(['odata', 'data']);
});

test('a server that is too old for OData is refused with its version before anything is written; a newer one is told what it lacks', async () => {
  await using lab = await openLab({ ...bare(3), version: '21' }, { ...bare(3), version: '19.6' });
  await expect(lab.init({ options: { api: ['odata'] } })).rejects.toMatchObject({
    code: 'server-too-old',
    message: expect.stringMatching(/branch: FileMaker Server 19\.6.*too old.*--api branch=data/),
  });
  expect(existsSync(lab.path)).toBe(false);
  await using newer = await openLab({ ...bare(3), version: '21' }, { ...bare(3), version: '22' });
  const { text } = await newer.init({ options: { api: ['odata'] } });
  expect(text).toMatch(/hq: FileMaker Server 21.*names alone.*no webhooks/);
  expect(text).toMatch(/branch: FileMaker Server 22[^;]*\n/);
});

/** Of hq the file as a whole cannot be read. */
const withoutRelease: typeof inspectServer = (of) => {
  const release = () => Promise.reject(new ServerError('server-unreachable', of.name, 'it took too long'));
  return of.name === 'hq' ? Object.assign(inspectServer(of), { release }) : inspectServer(of);
};

test('a server that does not describe its whole file is looked at table by table, without its version', async () => {
  await using lab = await openLab(bare(3), bare(3));
  const { exitCode, text } = await lab.init({
    options: { api: ['odata'] },
    inspect: withoutRelease,
  });
  expect(exitCode).toBe(0);
  expect(text).not.toContain('hq: FileMaker Server');
  expect(text).toContain('branch: FileMaker Server');
});

test('R8: what hiding a record would do over OData is said before deletes are chosen, and stands beside them', async () => {
  await using lab = await openLab(contacts(3), bare(3));
  const { text } = await lab.init({ options: { api: ['branch=odata'] } });
  expect(text).toContain('over OData a record that the account may not see counts as deleted');
  expect(lab.written).toMatch(
    /# Over OData a record that the account may not see counts as deleted[^:]*:[^:]*/,
  );
  await using data = await openLab(contacts(3), contacts(3));
  expect((await data.init()).text).not.toContain('counts as deleted');
  expect(data.written).not.toContain('counts as deleted');
});

test.each([
  ['odta', '--api odta: it is data (the FileMaker Data API) or odata. Did you mean odata?'],
  ['branch=dta', '--api branch=dta: it is data'],
  [
    'branhc=odata',
    'there is no --server branhc, though an option says something of it. Did you mean branch?',
  ],
])('--api %s is refused with what would be right', async (api, says) => {
  await using lab = await openLab(contacts(1), contacts(1));
  const failed = await lab.init({ options: { api: [api] } }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(Refused);
  expect(String(failed)).toContain(says);
});

test('OData that is switched off is said so, and a password that is wrong', async () => {
  await using lab = await openLab(
    { ...bare(1), odata: { enabled: false } },
    { ...bare(1), accounts: [{ ...account, password: 'other' }] },
  );
  await expect(lab.init({ options: { api: ['odata'] } })).rejects.toThrow(/hq.*enable OData/);
  await expect(lab.init({ options: { api: ['branch=odata'] } })).rejects.toThrow(
    /branch.*account name or password/,
  );
  expect(existsSync(lab.path)).toBe(false);
});

test('occurrences of one table are one table, also without records; one that OData cannot address is left out with why', async () => {
  const file = {
    layouts: [],
    occurrences: ['Invoice Contacts', 'Contacts?'].map((name) => ({ name, table: 'Contacts' })),
  };
  await using lab = await openLab(contacts(0, file), contacts(0, file));
  const { text } = await lab.init({ options: { api: ['odata'] } });
  expect(text).toMatch(/left out table Contacts\?: OData cannot address a name with ~ or \?/);
  expect(text).toContain('the same table is also shown by Invoice Contacts on hq');
  expect((await loadConfiguration(lab.path)).tables).toHaveLength(1);
});

test('a table without a key is told how to have one, without a word of layouts', async () => {
  const plain = {
    layouts: [],
    tables: [{ name: 'Notes', fields: [{ name: 'Body', type: 'text' }], rows: [{ Body: 'a' }] }],
  } as const;
  await using lab = await openLab(contacts(0, plain), contacts(0, plain));
  const { exitCode, text } = await lab.init({ options: { api: ['odata'], createFields: true } });
  expect(exitCode).toBe(1);
  expect(text).toContain('choose the table of the table occurrence Notes');
  expect(text).toContain('Get ( UUID )');
  expect(text).not.toMatch(/Add \w+ to the layout|on the layouts/);
});

test('at a terminal the API is asked for where both answer, and what is typed wrong is asked for again', async () => {
  await using lab = await openLab(bare(3), bare(3));
  const [hq = '', branch = ''] = lab.simulators.map(({ url }) => url);
  const { questions, left } = await typist([
    ['A short name for server 1', enter],
    ['Address of hq', `${hq}${enter}`],
    ['Which API of hq shall be spoken?', `${down}${enter}`],
    ['Account name on hq', `${account.name}${enter}`],
    ['Password on hq', `wrong${enter}`],
    ['Account name on hq', `${account.name}${enter}`],
    ['Password on hq', `${account.password}${enter}`],
    ['Time zone of the clock of hq', enter],
    ['A short name for server 2', enter],
    ['Address of branch', `${branch}${enter}`],
    ['Which API of branch shall be spoken?', `${down}${enter}`],
    ['Account name on branch', `${account.name}${enter}`],
    ['Password on branch', `${account.password}${enter}`],
    ['Time zone of the clock of branch', enter],
    ['Is there another server?', enter],
    ['Shall changes go both ways', enter],
    ['Is that right?', enter],
    ['What shall become of a record that is deleted', enter],
    ['Store the accounts', enter],
  ]);
  const { exitCode, text } = await lab.init({ questions, isKnown: false });
  expect({ exitCode, left: left() }).toEqual({ exitCode: 0, left: [] });
  expect(text).toContain('OData of hq refused the account; the Data API answers there too');
  expect((await loadConfiguration(lab.path)).servers.map(({ api }) => api)).toEqual(['odata', 'odata']);
});
