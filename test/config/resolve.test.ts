import { expect, test } from 'vitest';
import { parseConfiguration } from '../../src/config/load.ts';
import { ConfigurationError, type Path, type Problem } from '../../src/config/problem.ts';
import { resolveTables, type ResolvedTable } from '../../src/config/resolve.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import type { LayoutField } from '../../src/ports/server.ts';
import { exampleWith, type Change } from './examples.ts';
import { field } from './layout-field.ts';

type Layouts = Readonly<Record<string, readonly LayoutField[]>>;

const id = field('id', { autoEnter: true });
const modifiedAt = field('modified_at', { type: 'timestamp', autoEnter: true });
const createdBy = field('created_by', { autoEnter: true });
const rest = [field('email'), field('phone', { type: 'number' }), id, modifiedAt, createdBy];
const right: Layouts = { hq: [field('name'), ...rest], branch: [field('FullName'), ...rest] };

/** The layouts with a field of one server changed, or taken out. */
function changed(server: string, name: string, change: Partial<LayoutField> | 'gone'): Layouts {
  const fields = (right[server] ?? []).flatMap((one) => {
    if (one.name !== name) return [one];
    return change === 'gone' ? [] : [{ ...one, ...change }];
  });
  return { ...right, [server]: fields };
}

const contacts = (...names: (string | number)[]): Path => ['tables', 'contacts', ...names];

async function resolved(layouts: Layouts, ...changes: readonly Change[]): Promise<ResolvedTable> {
  const configuration = parseConfiguration(exampleWith(...changes), 'serversync.yaml');
  const tables = await resolveTables(configuration, (server) => Promise.resolve(layouts[server] ?? []));
  const [table] = tables;
  if (!table) throw new Error('no table');
  return table;
}

async function problems(layouts: Layouts, ...changes: readonly Change[]): Promise<readonly Problem[]> {
  const error: unknown = await resolved(layouts, ...changes).catch((thrown: unknown) => thrown);
  if (error instanceof ConfigurationError) return error.problems;
  throw error instanceof Error ? error : new Error('nothing was thrown');
}

test('a plan and its bindings have every name, type and zone', async () => {
  const { plan, bindings } = await resolved(right, [
    contacts('fields', 1),
    { name: 'email', rewrites: 'accept' },
  ]);
  const link = { table: 'contacts', role: 'both', stampedBy: 'host' };
  expect(plan).toEqual({
    name: 'contacts',
    deletes: 'ignore',
    deleteLimit: { records: 20, percent: 2 },
    key: { name: 'id', type: 'text', rewrites: 'ignore' },
    fields: [
      { name: 'name', type: 'text', rewrites: 'ignore' },
      { name: 'email', type: 'text', rewrites: 'accept' },
      { name: 'phone', type: 'number', rewrites: 'ignore' },
    ],
    createOnly: [{ name: 'created_by', type: 'text', rewrites: 'ignore' }],
    merge: 'field',
    conflicts: { kind: 'newest' },
    links: [
      {
        ...link,
        server: 'hq',
        address: 'https://fm-hq.example.com Main/Contacts_Sync',
        timeZone: 'America/New_York',
        rename: {},
      },
      {
        ...link,
        server: 'branch',
        address: 'https://fm-branch.example.com Contacts/Contacts_Sync',
        timeZone: 'Europe/London',
        rename: { name: 'FullName' },
      },
    ],
  });
  expect([...bindings.keys()]).toEqual(['hq', 'branch']);
  expect(bindings.get('branch')).toEqual({
    table: 'contacts',
    role: 'both',
    database: 'Contacts',
    layout: 'Contacts_Sync',
    key: 'id',
    keyField: 'id',
    stampField: 'modified_at',
    stampedBy: 'host',
    fieldNames: { name: 'FullName', email: 'email', phone: 'phone', created_by: 'created_by' },
    types: { id: 'text', name: 'text', email: 'text', phone: 'number', created_by: 'text' },
  });
});

test('key and stamp may have another name on a server', async () => {
  const layouts = {
    hq: right['hq'] ?? [],
    branch: [field('name'), field('email'), field('phone', { type: 'number' }), createdBy].concat(
      { ...id, name: 'ID' },
      { ...modifiedAt, name: 'zz_Mod' },
    ),
  };
  const rename = { id: 'ID', modified_at: 'zz_Mod' };
  const { bindings } = await resolved(layouts, [contacts('servers', 'branch', 'rename'), rename]);
  expect(bindings.get('branch')).toMatchObject({ keyField: 'ID', stampField: 'zz_Mod', key: 'id' });
});

type Case = {
  readonly name: string;
  readonly layouts: Layouts;
  readonly place: string;
  readonly message: string;
  readonly remedy: string;
};

const cases: readonly Case[] = [
  {
    name: 'a field that is on one layout only',
    layouts: changed('hq', 'email', 'gone'),
    place: 'tables.contacts.fields[1]',
    message: 'email is not on layout Contacts_Sync of database Main on server hq',
    remedy: 'Put it on the layout, or correct the name',
  },
  {
    name: 'a field that is almost on the layout',
    layouts: changed('branch', 'FullName', { name: 'Fullname' }),
    place: 'tables.contacts.fields[0]',
    message: 'FullName is not on layout Contacts_Sync of database Contacts on server branch',
    remedy: 'Did you mean Fullname? Put it on the layout, or correct the name',
  },
  {
    name: 'a field with two types',
    layouts: changed('branch', 'FullName', { type: 'number' }),
    place: 'tables.contacts.fields[0]',
    message: 'name has different types: name is text on server hq, FullName is number on server branch',
    remedy: 'Give both fields one type in FileMaker',
  },
  {
    name: 'a container that goes with a new record only',
    layouts: changed('hq', 'created_by', { type: 'container' }),
    place: 'tables.contacts.createOnly[0]',
    message:
      'created_by is a container on layout Contacts_Sync of database Main on server hq, which cannot go with a new record only: files follow once the record is there',
    remedy: 'Take its mode out: then it is kept the same',
  },
  {
    name: 'a calculation',
    layouts: changed('branch', 'email', { writable: false }),
    place: 'tables.contacts.fields[1]',
    message:
      'email is a calculation, a summary or a global on layout Contacts_Sync of database Contacts on server branch; these are never written',
    remedy: 'Take it out',
  },
  {
    name: 'a calculation that is sent with a create',
    layouts: changed('branch', 'created_by', { writable: false }),
    place: 'tables.contacts.createOnly[0]',
    message:
      'created_by is a calculation, a summary or a global on layout Contacts_Sync of database Contacts on server branch; these are never written',
    remedy: 'Take it out',
  },
  {
    name: 'a key that is a date',
    layouts: changed('hq', 'id', { type: 'date' }),
    place: 'tables.contacts.key',
    message: 'id is date on layout Contacts_Sync of database Main on server hq; a key is text or number',
    remedy: 'Use the primary-key field',
  },
  {
    name: 'a key that cannot be written',
    layouts: changed('hq', 'id', { writable: false }),
    place: 'tables.contacts.key',
    message:
      'id cannot be written on layout Contacts_Sync of database Main on server hq, so no record could be created there',
    remedy: 'Use a field that is no calculation',
  },
  {
    name: 'a key with two types',
    layouts: changed('branch', 'id', { type: 'number' }),
    place: 'tables.contacts.key',
    message: 'id has different types: id is text on server hq, id is number on server branch',
    remedy: 'Give both fields one type',
  },
  {
    name: 'a stamp that is a date',
    layouts: changed('hq', 'modified_at', { type: 'date' }),
    place: 'tables.contacts.modified',
    message:
      'modified_at is date on layout Contacts_Sync of database Main on server hq; a modification stamp is a timestamp',
    remedy: 'Use a field that auto-enters the modification timestamp',
  },
];

test.each(cases)('$name is refused', async ({ layouts, place, message, remedy }) => {
  const found = await problems(layouts);
  expect(found.map((problem) => problem.place)).toEqual([place]);
  expect(found[0]?.message).toBe(message);
  expect(found[0]?.remedy).toContain(remedy);
});

test('a field of a related table is refused, as one problem that names every server', async () => {
  const related = field('Company::name');
  const layouts = { hq: [...(right['hq'] ?? []), related], branch: [...(right['branch'] ?? []), related] };
  const found = await problems(layouts, [contacts('fields', 1), 'Company::name']);
  expect(found.map(({ message }) => message)).toEqual([
    'Company::name belongs to a related table on layout Contacts_Sync of database Main on server hq; ' +
      'Company::name belongs to a related table on layout Contacts_Sync of database Contacts on server branch',
  ]);
});

test('a stamp in UTC milliseconds has to be a number', async () => {
  const stamp = [contacts('modified'), { field: 'phone', stampedBy: 'utcMilliseconds' }] as const;
  const fields = [contacts('fields'), ['name', 'email']] as const;
  const { plan } = await resolved(right, stamp, fields);
  expect(plan.links[0]?.stampedBy).toBe('utcMilliseconds');
  const found = await problems(changed('hq', 'phone', { type: 'timestamp' }), stamp, fields);
  expect(found[0]?.message).toContain('a stamp in UTC milliseconds is a number');
});

test('a server that only sends may calculate its keys', async () => {
  const layouts = changed('hq', 'id', { writable: false });
  const { plan } = await resolved(layouts, [contacts('servers', 'hq', 'role'), 'send']);
  expect(plan.key.name).toBe('id');
});

test('all problems come at once, each with its line', async () => {
  const layouts = { ...changed('hq', 'id', { type: 'date' }), branch: [] };
  const found = await problems(layouts);
  expect(found.map(({ place }) => place)).toEqual([
    'tables.contacts.key',
    'tables.contacts.key',
    'tables.contacts.modified',
    'tables.contacts.fields[0]',
    'tables.contacts.fields[1]',
    'tables.contacts.fields[2]',
    'tables.contacts.createOnly[0]',
  ]);
  expect(found.every(({ position }) => (position?.line ?? 0) > 1)).toBe(true);
});

const phones = (repetitions: number) => field('phone', { type: 'number', repetitions });

test('repetitions are fields, as many as every layout shows', async () => {
  const others = [field('name'), field('email'), id, modifiedAt, createdBy];
  const layouts = { hq: [...others, phones(3)], branch: [...others, { ...phones(2), name: 'Tel' }] };
  const rename = [contacts('servers', 'branch', 'rename'), { phone: 'Tel' }] as const;

  const { bindings, plan: renamed } = await resolved(layouts, rename, [
    contacts('fields'),
    ['phone', 'phone(2)'],
  ]);
  expect(bindings.get('branch')?.fieldNames).toMatchObject({ phone: 'Tel', 'phone(2)': 'Tel(2)' });
  // By which a later configuration tells that it means another field.
  expect(renamed.links.map((link) => link.rename)).toEqual([{}, { phone: 'Tel', 'phone(2)': 'Tel(2)' }]);

  const found = await problems(layouts, rename, [contacts('fields'), ['phone(3)', 'phone(1)']]);
  expect(found.map(({ message }) => message.split(' on layout')[0])).toEqual([
    'Tel(3) is not',
    'phone(1) is not',
    'Tel(1) is not',
  ]);

  const { plan } = await resolved(layouts, rename, [contacts('fields'), 'all']);
  expect(plan.fields.map(({ name }) => name)).toEqual(['name', 'email', 'phone', 'phone(2)']);
});

const all = [contacts('fields'), 'all'] as const;

test('all is every writable field that the layouts share and FileMaker does not fill by itself', async () => {
  const more = [
    field('notes'),
    field('photo', { type: 'container' }),
    field('total', { type: 'number', writable: false }),
    field('serial', { type: 'number', autoEnter: true }),
    field('Company::name'),
  ];
  const layouts = {
    hq: [...(right['hq'] ?? []), ...more, field('only_hq')],
    branch: [...(right['branch'] ?? []), ...more, field('name'), field('only_branch')],
  };
  const { plan, bindings } = await resolved(layouts, all);
  expect(plan.fields.map(({ name }) => name)).toEqual(['name', 'email', 'phone', 'notes', 'photo']);
  expect(bindings.get('branch')?.fieldNames['name']).toBe('FullName');
});

test('a field of the list may be sent once, and a mistake in it has its own place', async () => {
  const once = { name: 'email', mode: 'createOnly' };
  const fields = [
    contacts('fields'),
    ['name', once, { name: 'phone', mode: 'sync', rewrites: 'accept' }],
  ] as const;
  const { plan, bindings } = await resolved(right, fields);
  expect(plan.fields.map(({ name, rewrites }) => [name, rewrites])).toEqual([
    ['name', 'ignore'],
    ['phone', 'accept'],
  ]);
  expect(plan.createOnly.map(({ name }) => name)).toEqual(['email', 'created_by']);
  expect(Object.keys(bindings.get('hq')?.fieldNames ?? {})).toContain('email');

  const found = await problems({ ...right, branch: [id, modifiedAt] }, fields);
  expect(found.map(({ place }) => place)).toEqual([
    ...[0, 1, 2].map((index) => `tables.contacts.fields[${index}]`),
    'tables.contacts.createOnly[0]',
  ]);
});

test('a field of either mode may be unique; none is unless it says so', async () => {
  const both = [
    { name: 'name', unique: true },
    { name: 'email', mode: 'createOnly', unique: true },
    { name: 'phone', unique: false },
  ];
  const { plan } = await resolved(right, [contacts('fields'), both]);
  expect(plan.unique).toEqual(['name', 'email']);
  expect((await resolved(right)).plan.unique).toBe(undefined);
});

const except = (...names: readonly string[]) => [contacts('fields'), { allExcept: names }] as const;

test('all may leave fields out, which have to be on a layout', async () => {
  const { plan } = await resolved(right, except('phone'));
  expect(plan.fields.map(({ name }) => name)).toEqual(['name', 'email']);
  const [problem] = await problems(right, except('email', 'phon'));
  expect(problem).toMatchObject({
    place: 'tables.contacts.fields.allExcept[1]',
    message: 'phon is on none of the layouts',
  });
  expect(problem?.remedy).toContain('Did you mean phone?');
});

/** Contacts of companies, which another table holds, by what the layouts show of both. */
const ofCompanies = (after: unknown): readonly Change[] => [
  [contacts('fields'), 'all'],
  [contacts('after'), after],
  [
    ['tables', 'companies'],
    {
      key: 'id',
      modified: 'modified_at',
      fields: 'all',
      servers: { hq: { layout: 'C' }, branch: { layout: 'C' } },
    },
  ],
];

test('with all fields, the one that names the parent is on each layout', async () => {
  const after = [{ table: 'companies', field: 'email' }];
  const { plan } = await resolved(right, ...ofCompanies({ companies: 'email' }));
  expect(plan.after).toEqual(after);
  expect(
    await problems(changed('branch', 'email', 'gone'), ...ofCompanies({ companies: 'email' })),
  ).toMatchObject([
    {
      place: 'tables.contacts.after.companies',
      message: 'email is not on layout Contacts_Sync of database Contacts on server branch',
      remedy:
        "Put the field that holds the parent's key on each layout, or give the tables alone, such as [companies]",
    },
  ]);
  const [typo] = await problems(right, ...ofCompanies({ companies: 'emial' }));
  expect(typo?.remedy).toContain('Did you mean email?');
  expect(
    (await resolved(changed('branch', 'email', 'gone'), ...ofCompanies(['companies']))).plan.after,
  ).toEqual([{ table: 'companies' }]);
});

test('a field that is sent once names no parent', async () => {
  const [problem] = await problems(right, ...ofCompanies({ companies: 'created_by' }));
  expect(problem?.message).toBe('created_by is not one of the fields that are kept the same');
});

test('a number may be added up, whether it is named or one of all; text may not', async () => {
  const adding = [contacts('merge'), { phone: 'add' }] as const;
  for (const { plan } of [await resolved(right, adding), await resolved(right, adding, all)]) {
    expect([plan.merge, plan.fields.find(({ name }) => name === 'phone')?.merge]).toEqual(['field', 'add']);
    expect(plan.fields.filter(({ merge }) => merge !== undefined)).toHaveLength(1);
  }
  const [text] = await problems(right, [contacts('merge'), { email: 'add' }]);
  expect([text?.place, text?.message]).toEqual([
    'tables.contacts.merge.email',
    expect.stringContaining('email is text on layout Contacts_Sync'),
  ]);
  const [left] = await problems(right, all, [contacts('merge'), { serial: 'add' }]);
  expect(left?.message).toBe('serial is not one of the fields that the layouts share');
});

test('all takes no field of a server under two names', async () => {
  const both = [field('FullName'), field('name'), ...rest];
  const { plan, bindings } = await resolved({ hq: both, branch: both }, all);
  const names = plan.fields.map(({ name }) => name);
  expect(names).toEqual(['name', 'email', 'phone']);
  expect(bindings.get('branch')?.fieldNames['name']).toBe('FullName');
});

test('all is refused where nothing is shared, and where shared fields have two types', async () => {
  const keys = [id, modifiedAt, createdBy];
  const nothing = await problems({ hq: keys, branch: keys }, all);
  expect(nothing).toMatchObject([
    { place: 'tables.contacts.fields', message: 'the layouts share no field that could be kept the same' },
  ]);
  const types = await problems(changed('branch', 'email', { type: 'date' }), all);
  expect(types[0]?.message).toContain('email has different types: email is text on server hq');
});

const failing = (error: Error) => {
  const configuration = parseConfiguration(exampleWith(), 'serversync.yaml');
  return resolveTables(configuration, async (server) => {
    if (server === 'hq') throw error;
    return right[server] ?? [];
  });
};

test('a layout that is missing is a problem of the configuration', async () => {
  const thrown: unknown = await failing(new ServerError('layout-missing', 'hq', 'no such layout')).catch(
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(ConfigurationError);
  expect(thrown).toMatchObject({
    problems: [
      {
        place: 'tables.contacts.servers.hq.layout',
        value: '"Contacts_Sync"',
        message: 'not a layout of database Main on server hq',
      },
    ],
  });
});

test('what else a server answers is thrown as it is', async () => {
  const error = new ServerError('server-unreachable', 'hq', 'server hq does not answer');
  await expect(failing(error)).rejects.toBe(error);
});
