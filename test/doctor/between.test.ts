import { expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { layout, type OfficeOptions, table } from '../end-to-end/support/office.ts';
import { type Clinic, fieldsWith, openClinic, shown, wellFields } from './support/clinic.ts';

type Fields = NonNullable<OfficeOptions['fields']>;

const both = (hq: OfficeOptions, branch: OfficeOptions, links = {}): Promise<Clinic> =>
  openClinic({ offices: { hq, branch }, links });

const between = async (clinic: Clinic): Promise<readonly Finding[]> =>
  (await clinic.look()).filter(({ server }) => server === undefined);

const withName = (validation: NonNullable<Fields[number]['validation']>): OfficeOptions => ({
  fields: fieldsWith({ name: 'name', type: 'text', validation }),
});

test('servers that go together are told as that', async () => {
  await using clinic = await both({}, {});
  expect((await between(clinic)).map(({ check, status }) => [check, status])).toEqual([
    ['types', 'ok'],
    ['rules', 'ok'],
    ['same-keys', 'ok'],
    ['skew', 'ok'],
  ]);
});

test('a field of another type is an error that names both', async () => {
  await using clinic = await both({}, { fields: fieldsWith({ name: 'amount', type: 'text' }) });
  expect(shown(await between(clinic), 'types')).toEqual([
    'error types: amount has different types: amount is number on server hq, amount is text on server branch',
  ]);
});

test.each([
  ['must not be empty', { notEmpty: true }, {}],
  ['takes numbers only', { numeric: true }, {}],
  ['takes 40 characters at most', { maxLength: 40 }, {}],
  ['takes 40 characters at most', { maxLength: 40 }, { maxLength: 41 }],
])('a field that %s on one server and not on the other is a warning', async (words, strict, lax) => {
  await using clinic = await both(withName(strict), withName(lax));
  expect(shown(await between(clinic), 'rules')).toEqual([
    `warning rules: field name ${words} on hq, and not on branch: a record of branch may be refused, and parked`,
  ]);
});

test.each([
  ['the strict one is never written', { hq: { role: 'send' } }],
  ['the other one never sends', { branch: { role: 'receive' } }],
])('a rule that only one has is no warning where %s', async (_, links) => {
  await using clinic = await both(withName({ notEmpty: true }), withName({}), links);
  expect(shown(await between(clinic), 'rules')).toEqual([
    'ok rules: no server refuses by a rule of its own what another takes (hq, branch)',
  ]);
});

const withList = (values: readonly string[]): OfficeOptions => ({
  databases: [
    {
      name: 'Main',
      tables: [{ name: table, fields: wellFields }],
      layouts: [{ name: layout, table, valueLists: { People: values }, pickFrom: { name: 'People' } }],
    },
  ],
});

test('value lists that differ are a warning with how many values, and none of them', async () => {
  await using clinic = await both(withList(['Ada', 'Grace']), withList(['Grace', 'Edsger', 'Barbara']));
  const findings = await between(clinic);
  expect(shown(findings, 'value-lists')).toEqual([
    'warning value-lists: field name has value lists that differ: 1 value only on hq, 2 only on branch',
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/Ada|Grace|Edsger/);
});

test('value lists that hold the same in another order are no warning', async () => {
  await using clinic = await both(withList(['Ada', 'Grace']), withList(['Grace', 'Ada']));
  expect(shown(await between(clinic), 'value-lists')).toEqual([
    'ok value-lists: value lists hold the same values (hq, branch)',
  ]);
});

test('clocks that surely differ by more than alarms.skew are a warning', async () => {
  await using clinic = await both({ clockOffsetMs: -4_000 }, { clockOffsetMs: 4_000 });
  const [skew] = (await between(clinic)).filter(({ check }) => check === 'skew');
  expect(skew).toMatchObject({
    status: 'warning',
    text: expect.stringMatching(/^the clocks of hq and branch differ by [78]/),
  });
});

test('a server whose layout is at fault is left out of what is compared', async () => {
  const fields = wellFields.filter(({ name }) => name !== 'notes');
  await using clinic = await both({}, { fields });
  expect((await between(clinic)).map(({ check }) => check)).toEqual(['skew']);
});

test('a field that is called otherwise is compared by its name there', async () => {
  const renamed = wellFields.map((field) =>
    field.name === 'name' ? { ...field, name: 'FullName', validation: { notEmpty: true } } : field,
  );
  await using clinic = await both({}, { fields: renamed }, { branch: { rename: { name: 'FullName' } } });
  expect(shown(await between(clinic), 'rules')).toEqual([
    'warning rules: field name must not be empty on branch, and not on hq: a record of hq may be refused, and parked',
  ]);
});
