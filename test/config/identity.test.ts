import { expect, test } from 'vitest';
import { identityOf } from '../../src/config/identity.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import type { Path } from '../../src/config/problem.ts';
import { exampleWith, type Change } from './examples.ts';

const identityWith = (...changes: readonly Change[]) =>
  identityOf(parseConfiguration(exampleWith(...changes), 'serversync.yaml'));

test('the identity names servers, places of tables and keys', () => {
  expect(identityWith()).toEqual({
    'server hq': 'https://fm-hq.example.com',
    'server branch': 'https://fm-branch.example.com',
    'table contacts key': 'id',
    'table contacts on hq': 'Main/Contacts_Sync',
    'table contacts on branch': 'Contacts/Contacts_Sync',
  });
});

test.each<readonly [string, Path, unknown]>([
  ['the time zone', ['servers', 'hq', 'timeZone'], 'UTC'],
  ['the fields', ['tables', 'contacts', 'fields'], ['name']],
  ['the schedule', ['schedule', 'enumerate'], '1 minute'],
])('%s is no part of the identity', (_, path, to) => {
  expect(identityWith([path, to])).toEqual(identityWith());
});
