import { expect, test } from 'vitest';
import { isOneOf, markOf, newSecret } from '../../../src/composition/webhooks/secret.ts';

const secrets = [newSecret(), newSecret()];

test.each([
  ['the first', secrets[0], true],
  ['the second', secrets[1], true],
  ['a part of one', secrets[0]?.slice(1), false],
  ['both', secrets.join(''), false],
  ['none', undefined, false],
  ['an empty one', '', false],
])('%s is told from those that count', (_name, given, isKnown) => {
  expect(isOneOf(given, secrets)).toBe(isKnown);
});

test('nothing counts where there is no secret, an empty one neither', () => {
  expect([isOneOf('', []), isOneOf(undefined, ['']), isOneOf('x', [''])]).toEqual([false, false, false]);
});

test('the mark is another one of another secret, occurrence and field, and holds nothing of the secret', () => {
  const [secret = ''] = secrets;
  const marks = [
    markOf(secret, 'Contacts', 'id'),
    markOf(secrets[1] ?? '', 'Contacts', 'id'),
    markOf(secret, 'Orders', 'id'),
    markOf(secret, 'Contacts', 'uuid'),
  ];
  expect(new Set(marks).size).toBe(4);
  expect(markOf(secret, 'Contacts', 'id')).toBe(marks[0]);
  expect(marks[0]).toMatch(/^[0-9a-f]{12}$/);
});
