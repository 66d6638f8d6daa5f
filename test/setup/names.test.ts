import { expect, test } from 'vitest';
import { clockNamed, keyNamed, plain, stampOf, subjectOf, tableNameOf } from '../../src/setup/names.ts';

test.each([
  'ModificationTimestamp',
  'zz_modTS',
  'modified_at',
  'Geändert_am',
  'ÄnderungsZeitstempel',
  'LetzteAenderung',

  'HorodatageModification',
  'date de mise à jour modifié',
  'modificado',
  'FechaModificación',
  'DataModifica',

  'gewijzigd_op',
  'Alterado_em',
  'DataAtualização',
  'Ändrad',
  '更新日時',
  '修正タイムスタンプ',
  'lastUpdated',
])('%s is a time of change', (name) => {
  expect(stampOf(name, 'timestamp')).toBe('changed');
});

test.each([
  'CreationTimestamp',
  'created',
  'ErstellungsZeitstempel',
  'Date de création',
  'aangemaakt',
  'Skapad',
  '作成日',
])('%s is a time of creation', (name) => {
  expect(stampOf(name, 'timestamp')).toBe('created');
});

test.each(['screen_size', 'Model', 'Updraft', 'Commodity', 'address', 'Name', 'order_date'])(
  '%s says nothing of changes',
  (name) => {
    expect(stampOf(name, 'timestamp')).toBeUndefined();
  },
);

test('who made or changed a record is a text', () => {
  expect([stampOf('ModifiedBy', 'text'), stampOf('ErstelltVon', 'text')]).toEqual(['changedBy', 'createdBy']);
});

test.each([
  ['zz_ModHostTS', 'host'],
  ['modified_on_server', 'host'],
  ['modified_by_user', 'user'],
  ['ModificationTimestamp', undefined],
] as const)('whose clock %s is: %s', (name, clock) => {
  expect(clockNamed(name)).toBe(clock);
});

test.each([
  ['PrimaryKey', 'own'],
  ['__kp_ContactID', 'own'],
  ['contact_id', 'own'],
  ['ContactUUID', 'own'],
  ['customer_id', 'foreign'],
  ['customer_uuid', 'foreign'],
  ['_fk_contact', 'foreign'],
  ['paid', undefined],
  ['name', undefined],
] as const)('of Contacts_Sync the field %s is a key: %s', (name, whose) => {
  expect(keyNamed(name, 'Contacts_Sync')).toBe(whose);
});

test('layouts for programs are of the same thing as those for users', () => {
  expect(['Contacts_Sync', 'api_contacts', 'Contacts'].map(subjectOf)).toEqual(Array(3).fill('contacts'));
});

test('a table gets a name that the configuration takes, and no other table has', () => {
  const names = ['Contacts_Sync', 'contacts', '顧客_api', '2nd Größen'].map((layout) =>
    tableNameOf(layout, new Set(['contacts'])),
  );
  expect(names).toEqual(['contacts_2', 'contacts_2', 'table', 'nd_grossen']);
});

test('names that people take for the same are the same', () => {
  expect(['E-Mail', 'e_mail', 'Straße'].map(plain)).toEqual(['email', 'email', 'strasse']);
});
