/** Fields that a server knows by ids: one that is renamed there goes on, one that was made anew under the name is another. */
import { describe, expect, test } from 'vitest';
import { fieldsCalledOtherwise } from '../../src/composition/attention/layouts.ts';
import { knownLayouts } from '../../src/composition/known-layouts.ts';
import { knownTables, tellCalledOtherwise } from '../../src/composition/known-tables.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { renamingOf } from '../../src/core/renaming.ts';
import { isSameShape, nextShape, shapeOf, type TableShape } from '../../src/core/shape.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import { unfitLine } from '../../src/cli/event-lines.ts';
import type { Control } from '../../src/ports/control.ts';
import type { LayoutField } from '../../src/ports/server.ts';
import { field } from '../config/layout-field.ts';
import { meeting } from '../contracts/samples.ts';
import { memoryControl } from '../support/memory/memory-ports.ts';
import { never, serverWith } from './shown-layouts.ts';

/** As OData gives them: the field's own id times 2^32, and that of the table occurrence. */
const idOf = (own: number, occurrence = 1_065_109): string =>
  `FMFID:${BigInt(own) * 2n ** 32n + BigInt(occurrence)}`;

const text = (fields: string, rename: string): string => `version: 1
servers:
  hq: { url: https://hq.example.com, database: Main, timeZone: UTC, api: odata }
  branch: { url: https://branch.example.com, database: Main, timeZone: UTC }
tables:
  contacts:
    key: id
    modified: modified_at
    fields: ${fields}
    servers: { hq: { table: Contacts, rename: ${rename} }, branch: { layout: Contacts_Sync } }
`;
const configured = ({ fields = '[email, phone]', rename = '{}' } = {}) =>
  parseConfiguration(text(fields, rename), 'serversync.yaml');

type Names = Readonly<Record<string, number>>;

const stamp = { type: 'timestamp', autoEnter: true } as const;
const shownBy = (names: Names, occurrence?: number): readonly LayoutField[] =>
  Object.entries(names).map(([name, own]) => ({
    ...field(name, { ...(own === 2 && stamp), ...(own === 4 && { repetitions: 3 }) }),
    id: idOf(own, occurrence),
  }));
const asBefore: Names = { id: 1, modified_at: 2, email: 3, phone: 4 };
const renamed: Names = { id: 1, modified_at: 2, email_address: 3, phone: 4 };
const onBranch = ['id', 'modified_at', 'email', 'phone'].map((name) =>
  field(name, { ...(name === 'modified_at' && stamp), ...(name === 'phone' && { repetitions: 3 }) }),
);

/** A process that reads hq, after one that read branch. */
async function look(control: Control, shown: readonly LayoutField[], configuration = configured()) {
  const servers = [serverWith('branch', () => onBranch), serverWith('hq', () => shown)];
  const events: EngineEvent[] = [];
  let found: Awaited<ReturnType<typeof knownTables>> | undefined;
  for (const live of servers) {
    const layouts = await knownLayouts(configuration, { lists: control, live, signal: never });
    found = await knownTables(configuration, layouts, control);
    tellCalledOtherwise(configuration, layouts, found, (event) => events.push(event));
  }
  const [table] = found?.tables ?? [];
  return { table, mistakes: found?.mistakes ?? [], drifted: found?.drifted ?? [], events };
}

/** With the shape stored, as if it had been worked on. */
async function workedOn(fields?: string): Promise<{ readonly control: Control; readonly shape: TableShape }> {
  const control = memoryControl();
  const { table } = await look(control, shownBy(asBefore), configured({ ...(fields && { fields }) }));
  if (table === undefined) throw new Error('no table');
  const shape = nextShape(undefined, table.plan);
  await control.putShape(shape);
  for (const server of ['hq', 'branch']) await control.putMeeting(meeting({ server, state: 'passed' }));
  return { control, shape };
}

test('bindings name table and fields by their ids, and a server without ids is bound by names', async () => {
  const { table } = await look(memoryControl(), shownBy(asBefore));
  expect(table?.bindings.get('hq')?.ids).toEqual({
    table: 'FMTID:1065109',
    fields: { id: idOf(1), modified_at: idOf(2), email: idOf(3), phone: idOf(4) },
  });
  expect(table?.thin.get('hq')?.ids?.fields).toEqual({ id: idOf(1), modified_at: idOf(2) });
  expect(table?.bindings.get('branch')?.ids).toBeUndefined();
});

describe('a field that was renamed on the server', () => {
  test('goes on by its id, under the name of the configuration, and nothing drifts', async () => {
    const { control, shape } = await workedOn();
    const { table, drifted, events } = await look(control, shownBy(renamed));
    expect(drifted).toEqual([]);
    expect(table?.bindings.get('hq')?.fieldNames).toEqual({ email: 'email_address', phone: 'phone' });
    expect(table?.bindings.get('hq')?.ids?.fields['email_address']).toBe(idOf(3));
    expect(table && isSameShape(shape, shapeOf(table.plan))).toBe(true);
    expect(events.map((event) => event.kind === 'called-otherwise' && unfitLine(event))).toEqual([
      'contacts: the field email is called email_address on hq now, and goes on by its id: write rename: { email: email_address } under its servers.hq',
    ]);
  });

  test('is told of once, and waits in attention until the configuration names it', async () => {
    const { control } = await workedOn();
    await look(control, shownBy(renamed));
    expect((await look(control, shownBy(renamed))).events).toEqual([]);
    const matters = (configuration = configured()) =>
      fieldsCalledOtherwise({ configuration, control, now: 0, isStack: false });
    expect(await matters()).toMatchObject([
      {
        kind: 'called-otherwise',
        table: 'contacts',
        server: 'hq',
        text: 'the field email is called email_address on hq now',
      },
    ]);
    expect(await matters(configured({ rename: '{ email: email_address }' }))).toEqual([]);
  });

  test('is no other field once the configuration names it: nothing is renamed or met anew', async () => {
    const { control, shape } = await workedOn();
    await look(control, shownBy(renamed));
    const { table } = await look(
      control,
      shownBy(renamed),
      configured({ rename: '{ email: email_address }' }),
    );
    const now = table && shapeOf(table.plan);
    expect(now && renamingOf(shape, now, 0)).toBeUndefined();
    expect(now && isSameShape(shape, now)).toBe(true);
  });

  test('is found by its last name too, where it was renamed twice', async () => {
    const { control } = await workedOn();
    await look(control, shownBy(renamed));
    const { table } = await look(control, shownBy({ id: 1, modified_at: 2, mail: 3, phone: 4 }));
    expect(table?.bindings.get('hq')?.fieldNames['email']).toBe('mail');
  });

  test('is carried on with all fields, and no field more', async () => {
    const { control } = await workedOn('all');
    const { table, drifted } = await look(control, shownBy(renamed), configured({ fields: 'all' }));
    expect(drifted).toEqual([]);
    expect(table?.plan.fields.map(({ name }) => name).toSorted()).toEqual(['email', 'phone']);
  });
});

describe('a field that was deleted and made anew under its name', () => {
  const anew: Names = { ...asBefore, email: 9 };

  test('is another one on that server: what is known of it there is about the former one', async () => {
    const { control, shape } = await workedOn();
    const { table } = await look(control, shownBy(anew));
    const now = table && shapeOf(table.plan);
    expect(now && isSameShape(shape, now)).toBe(false);
    expect(now && renamingOf(shape, now, 0)).toEqual({ to: {}, other: [{ server: 'hq', field: 'email' }] });
  });

  test('is no other one where only the table occurrence was made anew', async () => {
    const { control, shape } = await workedOn();
    const { table } = await look(control, shownBy(asBefore, 1_065_200));
    expect(table && isSameShape(shape, shapeOf(table.plan))).toBe(true);
    expect(table?.bindings.get('hq')?.ids?.table).toBe('FMTID:1065200');
  });

  test('takes its name from the former one, which was renamed: that is followed no more', async () => {
    const { control } = await workedOn();
    const { table } = await look(
      control,
      shownBy({ id: 1, modified_at: 2, email_old: 3, email: 9, phone: 4 }),
    );
    expect(table?.bindings.get('hq')?.ids?.fields['email']).toBe(idOf(9));
  });
});

test('fields of a table at another place have ids of their own, which say nothing', async () => {
  const { control, shape } = await workedOn();
  const moved = parseConfiguration(
    text('[email, phone]', '{}').replace('table: Contacts,', 'table: People,'),
    'serversync.yaml',
  );
  const { table } = await look(control, shownBy({ ...asBefore, email: 77 }, 9), moved);
  expect(table && renamingOf(shape, shapeOf(table.plan), 0)).toBeUndefined();
});
