import { expect, test } from 'vitest';
import { field, filled } from './fake-inspection.ts';
import { proposed } from './proposed.ts';

type Fields = readonly ReturnType<typeof field>[];

/** Two servers with a table of these fields beside a key, and one record in it. */
async function stampOf(fields: Fields, values: Readonly<Record<string, string>>) {
  const key = field('id', 'text', filled);
  const file = {
    Main: {
      layouts: [{ layout: 'Contacts', table: 'Contacts', fields: [key, field('name'), ...fields] }],
      rows: { Contacts: [{ id: '6F1C6A5E-0D8E-4B6B-9C53-0E0C3C4D5E6F', name: 'A', ...values }] },
    },
  };
  const [contacts] = await proposed({ hq: file, branch: file });
  const { stamp, stamps } = contacts ?? {};
  return {
    chosen: stamp && `${stamp.field.name} by ${stamp.stampedBy}`,
    doubts: stamp?.doubts ?? [],
    refused: stamps?.refused.map(({ field: of, why }) => `${of.name}: ${why}`) ?? [],
  };
}

const at = '2026-03-04T05:06:07';
/** Of 2026, as Get ( CurrentTimeUTCMilliseconds ) gives it. */
const utcMs = '63908000000000';

test.each([
  [
    'the stamp of the host where another is named after the user',
    ['modified_by_user', 'modified_at'],
    'modified_at by host',
  ],
  ['the one that is named after the host', ['ModificationTimestamp', 'zz_ModHost'], 'zz_ModHost by host'],
  [
    'users, where nothing says otherwise: it allows for wrong clocks',
    ['ModificationTimestamp'],
    'ModificationTimestamp by user',
  ],
  ['a timestamp without a telling name that no other is later than', ['zz_stamp_2'], 'zz_stamp_2 by user'],
])('%s', async (_says, names, chosen) => {
  const values = Object.fromEntries(names.map((name) => [name, at]));
  const found = await stampOf(
    names.map((name) => field(name, 'timestamp', filled)),
    values,
  );
  expect(found.chosen).toBe(chosen);
});

test('a number is a stamp where it holds milliseconds since year 1, and goes before a clock of users', async () => {
  const fields = [field('modified_at', 'timestamp', filled), field('changed_ms', 'number', filled)];
  expect((await stampOf(fields, { modified_at: at, changed_ms: utcMs })).chosen).toBe(
    'changed_ms by utcMilliseconds',
  );
  expect((await stampOf(fields, { modified_at: at, changed_ms: '4711' })).chosen).toBe('modified_at by user');
});

test('a timestamp that another was later than is no stamp of changes, nor is one that FileMaker does not fill', async () => {
  const fields = [
    field('zz_first', 'timestamp', filled),
    field('modified_at', 'timestamp', filled),
    field('updated', 'timestamp'),
  ];
  const { chosen, refused } = await stampOf(fields, { zz_first: '2026-01-01T00:00:00', modified_at: at });
  expect(chosen).toBe('modified_at by user');
  expect(refused).toEqual([
    'zz_first: set before other stamps of the same records: no change is seen by it',
    'updated: FileMaker does not fill it by itself on hq',
  ]);
});

test.each([
  ['2026-06-01T03:00:00', '1 of 1 stamps on hq lie ahead of its clock: look at its time zone, UTC'],
  ['', '1 of 1 records looked at on hq have no stamp: what is changed in them is found by sweeps'],
])('the stamp %s at midnight of that day is told of', async (stamp, says) => {
  const { doubts } = await stampOf([field('modified_at', 'timestamp', filled)], { modified_at: stamp });
  expect(doubts[0]).toBe(says);
});
