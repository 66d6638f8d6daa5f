/** The doctor at a server that speaks OData beside one that speaks the Data API. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { doctorCommand } from '../../src/cli/doctor/doctor-command.ts';
import { type Bench, collected, openBench } from './support/bench.ts';
import type { Plain } from './support/contacts-over.ts';
import { account, contactFields } from './support/office.ts';

const rows = [{ id: 'K-1', name: 'Ada', modified_at: '2026-01-05T09:00:00' }];
const fields = contactFields
  .filter(({ name }) => name !== 'label')
  .map((field) => (field.name === 'id' ? ({ ...field, autoEnter: 'uuid' } as const) : field));
const well = { rows, fields, clockOffsetMs: 0 };
const mixed = {
  offices: { hq: well, branch: well },
  servers: { branch: { api: 'odata' } },
  links: { branch: { layout: undefined, table: 'Contacts' } },
};

const withLink = (tables: unknown, links: Plain): unknown => {
  const of = z.object({ contacts: z.looseObject({ servers: z.looseObject({}) }) }).parse(tables);
  return { contacts: { ...of.contacts, servers: { ...of.contacts.servers, ...links } } };
};

async function doctor(bench: Bench, writeProbe = false) {
  const { output, lines } = collected();
  const { configFile, environment } = bench;
  const common = { configFile, stateDirectory: undefined, environment, output, chosen: {} };
  const code = await doctorCommand({ ...common, writeProbe, signal: new AbortController().signal });
  return { code, lines, text: lines.map((line) => line.trim()).join(' ') };
}

test('a pair of both APIs with nothing wrong gives 0, and what needs layouts or sessions is not asked', async () => {
  await using bench = await openBench(mixed);
  const { code, lines, text } = await doctor(bench);
  expect(lines.filter((line) => /^(error|warning)/.test(line))).toEqual([]);
  expect(code).toBe(0);
  const branch = text.slice(text.indexOf('branch  '));
  expect(branch).toContain('OData is on; version v4 of it is spoken');
  expect(branch).toContain('it has the extended privilege fmodata');
  expect(branch).toContain('table Contacts is there');
  expect(branch).toContain('many records are written by one request ($batch)');
  expect(branch).toMatch(/FileMaker Server \d+\.\d/);
  expect(branch).not.toMatch(/sessions? given|nothing else is on it|fmrest/);
});

test('the probe creates, edits and deletes a record over OData', async () => {
  await using bench = await openBench(mixed);
  const before = bench.branch.records.length;
  const { code, text } = await doctor(bench, true);
  expect(code).toBe(0);
  expect(text.slice(text.indexOf('contacts on branch'))).toContain('a record was created, edited, deleted');
  expect(bench.branch.records.length).toBe(before);
});

test('what was renamed in FileMaker is told with what to write, and is no error, once the sync has read it', async () => {
  await using bench = await openBench(mixed);
  expect((await bench.run()).exitCode).toBe(0);
  bench.branch.control.renameField({ table: 'Contacts', from: 'notes', to: 'remarks' });
  bench.branch.control.renameOccurrence({ from: 'Contacts', to: 'Persons' });
  const { code, text } = await doctor(bench);
  expect(text).toContain(
    'the table occurrence Contacts is called otherwise, and the field notes is called remarks on branch now; the sync goes on by its id',
  );
  expect(text).toContain(
    'Write its present name as table and rename: { notes: remarks } under tables.contacts.servers.branch.',
  );
  expect(text).toContain('1 warning, ');
  expect(code).toBe(1);
  const to = { table: 'Persons', rename: { notes: 'remarks' } };
  await bench.configure(({ tables, ...rest }) => ({ ...rest, tables: withLink(tables, { branch: to }) }));
  expect((await bench.run()).exitCode).toBe(0);
  const mended = await doctor(bench);
  expect(mended.text).toContain('its table and fields are called as the configuration says');
  expect(mended.code).toBe(0);
});

test.each([
  [
    'OData that is switched off',
    { offices: { ...mixed.offices, branch: { ...well, odata: { enabled: false } } } },
    /Connectors > OData: enable it/,
  ],
  [
    'an account without fmodata',
    {
      offices: { ...mixed.offices, branch: { ...well, accounts: [{ ...account, canUseOData: false }] } },
    },
    /extended privilege fmodata/,
  ],
  [
    'a table that is not there',
    { links: { branch: { layout: undefined, table: 'Contacs' } } },
    /no table Contacs[\s\S]*Did you mean Contacts\?/,
  ],
  [
    'a calculation that is to be written',
    {
      offices: { hq: { ...well, fields: contactFields }, branch: { ...well, fields: contactFields } },
      table: { fields: ['name', 'label'] },
    },
    /label is a calculation, a summary or a global on table Contacts/,
  ],
])('names %s, and what to do', async (_, options, remedy) => {
  await using bench = await openBench({ ...mixed, ...options });
  const { code, text } = await doctor(bench);
  expect(code).toBeGreaterThan(1);
  expect(text).toMatch(remedy);
});
