import { describe, expect, test } from 'vitest';
import { noChoices } from '../../src/setup/proposal.ts';
import { stepsFor } from '../../src/setup/steps.ts';
import { field, filled } from './fake-inspection.ts';
import * as fixtures from './fixtures.ts';
import { inShort, proposed } from './proposed.ts';

const reasons = (refused: readonly { readonly field: { readonly name: string }; readonly why: string }[]) =>
  Object.fromEntries(refused.map(({ field: of, why }) => [of.name, why]));

describe("Claris' default fields", () => {
  test('are key and stamp, and what FileMaker fills and summaries are left out, containers are not', async () => {
    const tables = await proposed(fixtures.claris);
    expect(tables.map(inShort)).toEqual([
      {
        name: 'contacts',
        layouts: ['hq Main Contacts_Sync', 'branch Main Contacts_Sync'],
        key: 'PrimaryKey',
        stamp: 'ModificationTimestamp by user',
        fields: ['Name', 'Email', 'Photo'],
        lacks: [],
      },
      {
        name: 'invoices',
        layouts: ['hq Main Invoices_Sync', 'branch Main Invoices_Sync'],
        key: 'PrimaryKey',
        stamp: 'ModificationTimestamp by user',
        fields: ['Amount', 'Contact_ID'],
        lacks: [],
      },
    ]);
    expect(tables[0]?.alternatives.map(({ layout }) => layout)).toEqual(['Contacts', 'Contacts']);
    expect(tables[0]?.leftOut.map(({ name }) => name)).toEqual([
      'CreationTimestamp',
      'CreatedBy',
      'ModifiedBy',
    ]);
    expect(tables[0]?.comparisons).toMatchObject([{ kind: 'one-empty', sampled: [40, 0] }]);
    expect(reasons(tables[0]?.stamps.refused ?? [])).toHaveProperty('CreationTimestamp');
  });
});

describe('serial keys', () => {
  test('are refused with the reason, and the table waits for a key', async () => {
    const [orders] = await proposed(fixtures.serial);
    expect(orders?.lacks).toEqual(['key']);
    const { id, order_no } = reasons(orders?.keys.refused ?? []);
    expect([id, order_no]).toEqual(
      Array(2).fill('numbers that count up: two offices give the same number to two records'),
    );
  });

  test('go with new records only where a UUID is the key, and doubled ones are told of', async () => {
    const [orders] = await proposed(fixtures.serialBesideUuid);
    expect(orders && inShort(orders)).toMatchObject({
      key: 'uuid',
      fields: ['id createOnly unique', 'order_no createOnly unique', 'customer'],
      lacks: [],
    });
  });
});

test('names in other languages: key and stamp are found by what they are for, and fields by names without accents and case', async () => {
  const [kunden] = await proposed(fixtures.named);
  expect(kunden && inShort(kunden)).toEqual({
    name: 'kunden',
    layouts: ['zentrale Kunden Kunden_Sync', 'filiale Kunden kunden_sync'],
    key: 'Primärschlüssel',
    stamp: 'ÄnderungsZeitstempel by user',
    fields: ['Straße', 'E-Mail'],
    lacks: [],
  });
  expect(kunden?.places[1]?.rename).toEqual({
    Primärschlüssel: 'ClePrimaire',
    ÄnderungsZeitstempel: 'HorodatageModification',
    Straße: 'STRASSE',
    'E-Mail': 'email',
  });
  expect(kunden?.leftOut).toContainEqual({
    name: 'Größe',
    why: 'has different types: number on zentrale, text on filiale',
    canBeTaken: false,
  });
});

test('three files on one host: each table is found in its file', async () => {
  const tables = await proposed(fixtures.three);
  expect(tables.map((table) => inShort(table)).map(({ name, layouts }) => [name, ...layouts])).toEqual([
    ['customers', 'hq Customers Customers_api', 'branch Customers Customers_api'],
    ['articles', 'hq Stock Articles_api', 'branch Stock Articles_api'],
    ['moves', 'hq Stock Moves_api', 'branch Stock Moves_api'],
    ['letters', 'hq Archive Letters_api', 'branch Archive Letters_api'],
  ]);
});

describe('no stamp at all', () => {
  test('a creation stamp and a date are no substitute: the table waits', async () => {
    const [notes] = await proposed(fixtures.unstamped);
    expect(notes && inShort(notes)).toMatchObject({ key: 'id', stamp: undefined, lacks: ['stamp'] });
    expect(reasons(notes?.stamps.refused ?? [])).toEqual({
      created: 'set when a record is created, not when it is changed',
      changed_on: 'a date: it does not say when on that day. A timestamp is needed',
    });
  });

  test('the steps say what to add in FileMaker: a stamp of the host, and nothing about keys', async () => {
    const [notes] = await proposed(fixtures.unstamped);
    const all = notes ? stepsFor(notes) : [];
    expect(all.map(({ title }) => title)).toEqual(['notes: a modification stamp, on hq and branch']);
    expect(all[0]?.steps.join('\n')).toContain(
      'Let ( changed = modified_by_user ; Get ( CurrentHostTimestamp ) )',
    );
  });
});

test('a key that one server does not fill by itself is proposed, and what that means is said', async () => {
  const { hq = {}, branch = {} } = fixtures.claris;
  const [layout] = branch['Main']?.layouts.slice(1) ?? [];
  const fields =
    layout?.fields.map((one) => ({ ...one, autoEnter: one.autoEnter && one.type !== 'text' })) ?? [];
  const unfilled = { Main: { layouts: [{ layout: 'Contacts_Sync', table: 'Contacts', fields }], rows: {} } };
  const [contacts] = await proposed({ hq, branch: unfilled });
  expect(contacts?.key?.reasons).toContain(
    'FileMaker does not fill it by itself on branch: records that are made there need a key',
  );
});

const chosen = (key: string) => ({ choices: { ...noChoices, key } });

describe('a key that a person chose', () => {
  test('is not taken where its type is none of a key', async () => {
    const [contacts] = await proposed(fixtures.claris, chosen('CreationTimestamp'));
    expect(contacts?.lacks).toContain('key');
    expect(reasons(contacts?.keys.refused ?? [])['CreationTimestamp']).toMatch(/no date or time/);
  });

  test('is taken with what speaks against it, also where nobody would have thought of it', async () => {
    const [contacts] = await proposed(fixtures.claris, chosen('CreatedBy'));
    expect(contacts?.key).toMatchObject({
      field: 'CreatedBy',
      reasons: [expect.stringMatching(/^chosen by you, though: .* held by more than one record/)],
    });
  });
});

describe('a key that is there already, but not fit', () => {
  test('is never filled anew by the steps: another field is added beside it', async () => {
    const file = {
      Main: {
        layouts: [
          {
            layout: 'Contacts',
            table: 'Contacts',
            fields: [
              field('PrimaryKey', 'text', filled),
              field('Name'),
              field('ModificationTimestamp', 'timestamp', filled),
            ],
          },
        ],
        rows: {
          Contacts: ['a/b', 'c', 'd'].map((key) => ({
            PrimaryKey: key,
            Name: `Name ${key}`,
            ModificationTimestamp: '2026-01-01T00:00:00',
          })),
        },
      },
    };
    const [contacts] = await proposed({ hq: file, branch: file });
    const steps = contacts ? stepsFor(contacts).flatMap((list) => list.steps) : [];
    const filling = steps.filter((step) => step.includes('Replace Field Contents'));
    expect(filling).toHaveLength(1);
    expect(filling[0]).not.toContain('PrimaryKey');
    expect(steps.join('\n')).not.toContain('Type the field name PrimaryKey');
  });
});

describe('a pair that drifted apart', () => {
  test('is told of with how many differ, and that the first run halts; a stamp named after the host goes first', async () => {
    const [contacts] = await proposed(fixtures.drifted);
    expect(contacts && inShort(contacts)).toMatchObject({
      key: 'id',
      stamp: 'zz_ModHostTS by host',
      fields: ['name', 'email'],
      lacks: [],
    });
    expect(contacts?.comparisons).toMatchObject([
      { kind: 'drifted', sampled: [200, 200], isWhole: false, sameKey: 200, differing: 66 },
    ]);
  });

  test('with keys that each file made by itself is not proposed: every record would be there twice', async () => {
    const [contacts] = await proposed(fixtures.keyedApart);
    expect(contacts?.lacks).toEqual(['same-keys']);
    expect(contacts?.comparisons).toMatchObject([
      { kind: 'keys-made-apart', sameKey: 0, alikeBy: { records: 200 } },
    ]);
  });
});
