import { expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import type { Path } from '../../src/config/problem.ts';
import { exampleWith, problemsOf } from './examples.ts';

type Case = {
  readonly name: string;
  readonly changes: readonly (readonly [Path, unknown])[];
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
};

const contacts = (...names: (string | number)[]): Path => ['tables', 'contacts', ...names];
const link = { layout: 'Contacts_Sync' };

const cases: readonly Case[] = [
  {
    name: 'a single server',
    changes: [
      [['servers', 'branch'], undefined],
      [contacts('servers', 'branch'), undefined],
      [['tables'], { contacts: { key: 1 } }],
    ],
    place: 'servers',
    message: '1 described, at least 2 needed',
    remedy: 'Describe at least two servers',
  },
  {
    name: 'no table',
    changes: [[['tables'], {}]],
    place: 'tables',
    message: '0 described, at least 1 needed',
    remedy: 'Describe at least one table',
  },
  {
    name: 'a table on one server',
    changes: [[contacts('servers', 'branch'), undefined]],
    place: 'tables.contacts.servers',
    message: '1 named, at least 2 needed',
    remedy: 'Name the servers between which the table is kept the same',
  },
  {
    name: 'a table that nobody sends',
    changes: [
      [contacts('servers'), { hq: { ...link, role: 'receive' }, branch: { ...link, role: 'receive' } }],
    ],
    place: 'tables.contacts.servers',
    message: 'no server sends',
    remedy: 'Give one of them the role send, or both',
  },
  {
    name: 'a table that nobody receives',
    changes: [[contacts('servers'), { hq: { ...link, role: 'send' }, branch: { ...link, role: 'send' } }]],
    place: 'tables.contacts.servers',
    message: 'no server receives',
    remedy: 'Give one of them the role receive, or both',
  },
  {
    name: 'a misspelled server',
    changes: [[contacts('servers'), { hq: link, brnach: link }]],
    place: 'tables.contacts.servers.brnach',
    message: 'not one of the servers',
    remedy: 'Did you mean branch? Known servers are hq, branch',
  },
  {
    name: 'a misspelled server to prefer',
    changes: [[contacts('conflicts'), { prefer: ['hq', 'brnach'] }]],
    place: 'tables.contacts.conflicts.prefer[1]',
    message: 'not a server of this table',
    remedy: 'Did you mean branch? Its servers are hq, branch',
  },
  {
    name: 'a server to prefer that stands there twice',
    changes: [[contacts('conflicts'), { prefer: ['hq', 'branch', 'hq'] }]],
    place: 'tables.contacts.conflicts.prefer[2]',
    message: 'named twice',
    remedy: 'Take one of the two out',
  },
  {
    name: 'a server to prefer that only receives',
    changes: [
      [contacts('servers', 'branch', 'role'), 'receive'],
      [contacts('conflicts'), { prefer: ['branch'] }],
    ],
    place: 'tables.contacts.conflicts.prefer[0]',
    message: 'a server that only receives: what is changed there never counts',
    remedy: 'Take it out, or give it the role both',
  },
  {
    name: 'a server without a database',
    changes: [[['servers', 'hq', 'database'], undefined]],
    place: 'tables.contacts.servers.hq.database',
    message: 'missing',
    remedy: 'Add it here, or as servers.hq.database for all tables',
  },
  {
    name: 'two servers that are one database',
    changes: [
      [['servers', 'branch', 'url'], 'https://FM-HQ.example.com:443/'],
      [contacts('servers', 'branch', 'database'), 'MAIN'],
    ],
    place: 'tables.contacts.servers.branch',
    message: 'the same database as server hq: MAIN at https://fm-hq.example.com',
    remedy: 'Correct the url or the database of one of them',
  },
  {
    name: 'the key among the fields',
    changes: [[contacts('fields'), ['name', 'id']]],
    place: 'tables.contacts.fields[1]',
    message: 'id is the key already',
    remedy: 'Name each field once',
  },
  {
    name: 'the stamp among createOnly',
    changes: [[contacts('createOnly'), ['modified_at']]],
    place: 'tables.contacts.createOnly[0]',
    message: 'modified_at is the modification stamp already',
    remedy: 'Name each field once',
  },
  {
    name: 'the key as stamp',
    changes: [[contacts('modified'), { field: 'id' }]],
    place: 'tables.contacts.modified',
    message: 'id is the key already',
    remedy: 'Name each field once',
  },
  {
    name: 'a field twice',
    changes: [[contacts('fields'), ['name', 'email', { name: 'name' }]]],
    place: 'tables.contacts.fields[2]',
    message: 'name is in fields already',
    remedy: 'Name each field once',
  },
  {
    name: 'a field in both lists',
    changes: [[contacts('createOnly'), ['email']]],
    place: 'tables.contacts.createOnly[0]',
    message: 'email is in fields already',
    remedy: 'Name each field once',
  },
  {
    name: 'a field in both lists, whatever its mode',
    changes: [
      [contacts('fields'), ['name', { name: 'email', mode: 'createOnly' }]],
      [contacts('createOnly'), ['email']],
    ],
    place: 'tables.contacts.createOnly[0]',
    message: 'email is in fields already',
    remedy: 'Name each field once',
  },
  {
    name: 'a mode that there is not',
    changes: [[contacts('fields', 1), { name: 'email', mode: 'createonly' }]],
    place: 'tables.contacts.fields[1].mode',
    message: 'not a value that can stand here',
    remedy: 'Did you mean createOnly?',
  },
  {
    name: 'what a server makes of a field that is sent once',
    changes: [[contacts('fields', 1), { name: 'email', mode: 'createOnly', rewrites: 'ignore' }]],
    place: 'tables.contacts.fields[1].rewrites',
    message:
      'email is sent with a new record and never afterwards (mode: createOnly), so that nothing is made of it later',
    remedy: 'Take it out, or say mode: sync',
  },
  {
    name: 'a list of fields that are all sent once',
    changes: [[contacts('fields'), [{ name: 'name', mode: 'createOnly' }]]],
    place: 'tables.contacts.fields',
    message: 'none of them is kept the same',
    remedy: 'Name at least one field that is',
  },
  {
    name: 'a rename of no field',
    changes: [[contacts('servers', 'branch', 'rename'), { nmae: 'FullName' }]],
    place: 'tables.contacts.servers.branch.rename.nmae',
    message: 'not a field of this table',
    remedy: 'Did you mean name? The table has id, modified_at, name, email, phone, created_by',
  },
  {
    name: 'a rename to a name that is taken',
    changes: [[contacts('servers', 'branch', 'rename'), { name: 'email' }]],
    place: 'tables.contacts.servers.branch.rename.name',
    message: 'name and email would both be email on this server',
    remedy: 'Give each its own field',
  },
];

test.each(cases)('$name is refused', ({ changes, place, message, remedy }) => {
  const problem = problemsOf(exampleWith(...changes)).find((one) => one.place === place);
  expect(problem?.message).toBe(message);
  expect(problem?.remedy).toContain(remedy);
});

test.each([
  [[contacts('fields', 2), { name: 'phone', mode: 'createOnly' }], 'phone'],
  [[contacts('fields'), 'all'], 'created_by'],
] as const)('what is sent once is not added up: %j', (change, field) => {
  const [problem] = problemsOf(exampleWith(change, [contacts('merge'), { [field]: 'add' }]));
  expect(problem).toMatchObject({
    place: `tables.contacts.merge.${field}`,
    message: `${field} is added up, and is sent with a new record and never afterwards (createOnly)`,
    remedy: 'Take one of the two out',
  });
});

test.each([
  {
    merge: { phon: 'add' },
    place: 'tables.contacts.merge.phon',
    message: 'not one of the fields of this table',
    remedy: 'Did you mean phone?',
  },
  {
    merge: { email: 'add' },
    place: 'tables.contacts.merge.email',
    message: 'what servers make of it counts too',
    remedy: 'Take one of the two',
  },
])('a field that is added up ($place) is one of the table, and counts what people change alone', (wrong) => {
  const text = exampleWith(
    [contacts('merge'), wrong.merge],
    [contacts('fields', 1), { name: 'email', rewrites: 'accept' }],
  );
  const [problem] = problemsOf(text);
  expect(problem?.place).toBe(wrong.place);
  expect(problem?.message).toContain(wrong.message);
  expect(problem?.remedy).toContain(wrong.remedy);
});

const family = (after: unknown, others: Readonly<Record<string, unknown>> = {}): string => {
  const table = { key: 'id', modified: 'm', fields: ['a'], servers: { hq: link, branch: link } };
  const tables = Object.fromEntries(
    Object.entries(others).map(([name, of]) => [name, { ...table, after: of }]),
  );
  return exampleWith([['tables'], { orders: { ...table, after }, customers: table, ...tables }]);
};

test.each([
  [['customer'], {}, 'tables.orders.after[0]', 'not one of the tables', 'Did you mean customers?'],
  [{ customer: 'a' }, {}, 'tables.orders.after.customer', 'not one of the tables', 'Did you mean customers?'],
  [{ customers: 'b' }, {}, 'tables.orders.after.customers', 'b is not one of the fields', 'keep it the same'],
  [['orders'], {}, 'tables.orders.after[0]', 'a circle: orders after orders', 'Take one of them out'],
  [
    ['lines'],
    { lines: ['parts'], parts: ['orders'] },
    'tables.orders.after[0]',
    'a circle: orders after lines after parts after orders',
    'Take one of them out',
  ],
] as const)(
  'a table comes after known tables, by a field of its own, and not after itself: %j',
  (...wrong) => {
    const [after, others, place, message, remedy] = wrong;
    const [problem] = problemsOf(family(after, others));
    expect(problem?.place).toBe(place);
    expect(problem?.message).toContain(message);
    expect(problem?.remedy).toContain(remedy);
  },
);

test('a table may come after several, and two after the same', () => {
  const text = family({ customers: 'a' }, { lines: ['orders', 'customers'] });
  expect(parseConfiguration(text, 'serversync.yaml').tables.map(({ name, after }) => [name, after])).toEqual([
    ['orders', [{ table: 'customers', field: 'a' }]],
    ['customers', []],
    ['lines', [{ table: 'orders' }, { table: 'customers' }]],
  ]);
});

test('what is left out of all fields is in no other role', () => {
  const text = exampleWith([contacts('fields'), { allExcept: ['notes', 'id', 'created_by'] }]);
  expect(problemsOf(text).map(({ place, message }) => [place, message])).toEqual([
    ['tables.contacts.fields.allExcept[1]', 'id is the key already'],
    ['tables.contacts.createOnly[0]', 'created_by is left out of fields already'],
  ]);
});

test('with fields: all a rename may name any field', () => {
  const all = exampleWith(
    [contacts('fields'), 'all'],
    [contacts('servers', 'branch', 'rename'), { x: 'Y' }],
    [contacts('servers', 'branch', 'role'), 'none'],
  );
  expect(problemsOf(all).map(({ place }) => place)).toEqual(['tables.contacts.servers.branch.role']);
});

test('a mistake in one table hides neither its unknown servers nor those of another table', () => {
  const table = { key: 'id', modified: 'm', fields: ['a'], servers: { hq: link, brunch: link } };
  const text = exampleWith([['tables'], { a: { ...table, key: 5 }, b: table }]);
  expect(problemsOf(text).map(({ place }) => place)).toEqual([
    'tables.a.key',
    'tables.a.servers.brunch',
    'tables.b.servers.brunch',
  ]);
});
