/** What several processes work on by what is stored of the layouts: one server asks, the others go by what it showed. */
import { describe, expect, test } from 'vitest';
import { knownLayouts } from '../../src/composition/known-layouts.ts';
import { haltDrifted, type KnownTables, knownTables } from '../../src/composition/known-tables.ts';
import { systemClock } from '../../src/composition/system-clock.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import type { EngineEvent } from '../../src/engine/events.ts';
import type { Control } from '../../src/ports/control.ts';
import type { LayoutField, Server } from '../../src/ports/server.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { field } from '../config/layout-field.ts';
import { meeting } from '../contracts/samples.ts';
import { memoryControl } from '../support/memory/memory-ports.ts';
import { knownBy, never, serverWith } from './shown-layouts.ts';

const text = `version: 1
servers:
  hq: { url: https://hq.example.com, database: Main, timeZone: UTC }
  branch: { url: https://branch.example.com, database: Main, timeZone: UTC }
  kiosk: { url: https://kiosk.example.com, database: Main, timeZone: UTC }
tables:
  contacts:
    key: id
    modified: modified_at
    fields: [name]
    servers: { hq: { layout: Contacts }, branch: { layout: Contacts } }
  orders:
    key: id
    modified: modified_at
    fields: [name]
    servers: { hq: { layout: Orders }, kiosk: { layout: Orders } }
`;
const configuration = parseConfiguration(text, 'serversync.yaml');

const right = [field('id'), field('name'), field('modified_at', { type: 'timestamp', autoEnter: true })];
const found = (control: Control, live?: Server): Promise<KnownTables> =>
  knownBy(configuration, control, live);

const namesIn = ({ tables }: KnownTables): readonly string[] =>
  tables.map(({ plan }) => `${plan.name}: ${plan.links.map(({ server }) => server).join(', ')}`);

const hq = serverWith('hq', () => right);
const branch = serverWith('branch', () => right);

const showing = (name: string, logOf: () => readonly LayoutField[]): Server =>
  serverWith(name, (layout) => (layout === 'Deletes' ? logOf() : right));

const logsIn = ({ tables }: KnownTables) => tables.map(({ logs }) => [...logs.keys()]);
const failing = (code: 'layout-missing' | 'server-unreachable') => (): never => {
  throw new ServerError(code, 'branch', code);
};

describe('a log of deletes', () => {
  const keepsLog = text.replace(
    '    servers: { hq: { layout: Contacts }',
    '    deletes: { log: { layout: Deletes, key: id, deletedAt: at } }\n    servers: { hq: { layout: Contacts }',
  );
  const logging = parseConfiguration(keepsLog, 'serversync.yaml');
  const logFields = [field('id'), field('at', { type: 'timestamp' })];
  const look = async (control: Control, live?: Server) =>
    knownTables(logging, await knownLayouts(logging, { lists: control, live, signal: never }), control);
  test('is known to every process once its server has shown it', async () => {
    const control = memoryControl();
    await look(
      control,
      showing('hq', () => logFields),
    );
    expect(
      logsIn(
        await look(
          control,
          showing('branch', () => logFields),
        ),
      ),
    ).toEqual([['hq', 'branch']]);
    expect(logsIn(await look(control))).toEqual([['hq', 'branch']]);
  });

  test('R7: that was never shown holds up no table', async () => {
    const control = memoryControl();
    await look(
      control,
      showing('hq', () => logFields),
    );
    expect(logsIn(await look(control, showing('branch', failing('server-unreachable'))))).toEqual([['hq']]);
  });

  test('that is missing on a server is a mistake, and keeps the table back', async () => {
    const control = memoryControl();
    await look(
      control,
      showing('hq', () => logFields),
    );
    const { tables, mistakes } = await look(control, showing('branch', failing('layout-missing')));
    expect(tables).toEqual([]);
    expect(mistakes.flatMap(({ problems }) => problems.map(({ place }) => place))).toEqual([
      'tables.contacts.deletes.log.layout',
    ]);
  });
});

describe('a table that comes after another', () => {
  const family = parseConfiguration(
    text
      .replace(
        '{ hq: { layout: Orders }, kiosk: { layout: Orders } }',
        '{ hq: { layout: Orders }, branch: { layout: Orders } }',
      )
      .replace('layout: Orders }, branch: { layout: Orders } }', '$&\n    after: { contacts: name }'),
    'serversync.yaml',
  );
  const mistakesWith = async (key: LayoutField): Promise<readonly string[]> => {
    const control = memoryControl();
    const shown = (layout: string) => (layout === 'Contacts' ? [key, ...right.slice(1)] : right);
    await knownBy(family, control, serverWith('hq', shown));
    const { mistakes } = await knownBy(family, control, serverWith('branch', shown));
    return mistakes.flatMap(({ problems }) => problems.map(({ place, message }) => `${place}: ${message}`));
  };

  test('names its parent by a field of the type of its key', async () => {
    expect(await mistakesWith(field('id'))).toEqual([]);
    expect(await mistakesWith(field('id', { type: 'number' }))).toEqual([
      'tables.orders.after.contacts: name is text, and id, the key of contacts, is number',
    ]);
  });
});

describe('the tables that can be worked on', () => {
  test('wait until each of their servers has shown its layouts to whoever reads it', async () => {
    const control = memoryControl();
    expect(namesIn(await found(control, hq))).toEqual([]);
    expect(namesIn(await found(control, branch))).toEqual(['contacts: hq, branch']);
    expect(namesIn(await found(control))).toEqual(['contacts: hq, branch']);
  });

  test('R7: a server that was never read leaves out its own tables only', async () => {
    const control = memoryControl();
    await found(control, hq);
    const { tables, missing } = await found(control, branch);
    expect(tables).toHaveLength(1);
    expect(missing).toEqual([{ table: 'orders', server: 'kiosk' }]);
  });

  test('R7: a table that was worked on goes on without a server that is new', async () => {
    const control = memoryControl();
    await found(control, hq);
    await control.putShape({ table: 'orders', fields: ['name'], receivers: ['hq'] });
    expect(namesIn(await found(control))).toEqual(['orders: hq']);
    expect(
      namesIn(
        await found(
          control,
          serverWith('kiosk', () => right),
        ),
      ),
    ).toEqual(['orders: hq, kiosk']);
  });

  test('R7: a layout that does not fit leaves out its table, and says what is wrong', async () => {
    const control = memoryControl();
    await found(control, branch);
    const misfit = serverWith('hq', (layout) => (layout === 'Contacts' ? right : [field('id')]));
    await found(control, misfit);
    const { tables, mistakes } = await found(
      control,
      serverWith('kiosk', () => right),
    );
    expect(tables.map(({ plan }) => plan.name)).toEqual(['contacts']);
    expect(mistakes.map(({ message }) => message).join()).toMatch(/modified_at.*layout Orders.*hq/s);
  });

  test('R7: a layout that is gone leaves out its table, also where it was stored before', async () => {
    const control = memoryControl();
    await found(control, hq);
    await found(control, branch);
    const gone = serverWith('hq', (layout) => {
      if (layout === 'Orders') return right;
      throw new ServerError('layout-missing', 'hq', 'there is no such layout');
    });
    const { tables, mistakes } = await found(control, gone);
    expect([tables, mistakes.length]).toEqual([[], 1]);
  });
});

test('R7: a layout that its server does not show now leaves out its table only', async () => {
  const control = memoryControl();
  await found(control, branch);
  const closed = serverWith('hq', (layout) => {
    if (layout === 'Contacts') return right;
    throw new ServerError('database-unavailable', 'hq', 'the file is closed');
  });
  expect(namesIn(await found(control, closed))).toEqual(['contacts: hq, branch']);
  const allClosed = serverWith('kiosk', () => {
    throw new ServerError('database-unavailable', 'kiosk', 'the file is closed');
  });
  await expect(found(control, allClosed)).rejects.toMatchObject({ server: 'kiosk' });
});

test('R7: a new server whose layout does not fit is left out of a table that was worked on', async () => {
  const control = memoryControl();
  await found(control, hq);
  await control.putShape({ table: 'orders', fields: ['name'], receivers: ['hq'] });
  await control.putMeeting(meeting({ table: 'orders', server: 'hq', state: 'passed' }));
  const misfit = await found(
    control,
    serverWith('kiosk', () => [field('id')]),
  );
  expect(namesIn(misfit)).toEqual(['orders: hq']);
  expect(misfit.mistakes.map(({ message }) => message).join()).toContain('kiosk');
});

test.each([
  ['counted on', ['hq', 'kiosk']],
  ['new', ['hq']],
])(
  'a layout that is gone on a server that is %s makes no process go by another table than the others',
  async (_what, receivers) => {
    const control = memoryControl();
    await found(control, hq);
    await found(
      control,
      serverWith('kiosk', () => right),
    );
    await control.putShape({ table: 'orders', fields: ['name'], receivers });
    await control.putMeeting(meeting({ table: 'orders', server: 'hq', state: 'passed' }));
    const gone = serverWith('kiosk', () => {
      throw new ServerError('layout-missing', 'kiosk', 'there is no such layout');
    });
    expect(namesIn(await found(control, gone))).not.toContain('orders: hq');
    expect(namesIn(await found(control))).toContain('orders: hq, kiosk');
  },
);

describe('the server that is asked', () => {
  test('is taken as it was stored where it cannot be reached', async () => {
    const control = memoryControl();
    await found(control, hq);
    const down = serverWith('branch', () => {
      throw new ServerError('server-unreachable', 'branch', 'it does not answer');
    });
    await expect(found(control, down)).rejects.toMatchObject({ server: 'branch' });
    await found(control, branch);
    expect(namesIn(await found(control, down))).toEqual(['contacts: hq, branch']);
  });

  test('replaces what was stored of it', async () => {
    const control = memoryControl();
    await found(control, hq);
    const more = [...right, field('phone')];
    await found(
      control,
      serverWith('hq', () => more),
    );
    expect((await control.fieldList('hq', 'Main', 'Contacts'))?.fields).toEqual(more);
  });
});

const kiosk = (fields: readonly LayoutField[] = right): Server => serverWith('kiosk', () => fields);
const hqWith = (fields: readonly LayoutField[]): Server =>
  serverWith('hq', (layout) => (layout === 'Orders' ? fields : right));

describe('R8: a layout that is otherwise than its table was worked on with', () => {
  const orders = { table: 'orders', fields: ['name'], receivers: ['hq', 'kiosk'] };
  const withoutName = [
    field('id'),
    field('title'),
    field('modified_at', { type: 'timestamp', autoEnter: true }),
  ];

  async function workedOn(): Promise<Control> {
    const control = memoryControl();
    for (const server of [hq, branch, kiosk()]) await found(control, server);
    await control.putShape(orders);
    return control;
  }

  test('is told, and the table goes on with what it was worked on with, for every process alike', async () => {
    const control = await workedOn();
    const drifted = await found(control, kiosk(withoutName));
    expect(drifted.drifted).toEqual([
      {
        table: 'orders',
        server: 'kiosk',
        drift: { layoutMissing: false, missing: ['name'], changed: [] },
      },
    ]);
    for (const known of [drifted, await found(control), await found(control, hq)]) {
      expect([namesIn(known), known.mistakes]).toEqual([['contacts: hq, branch', 'orders: hq, kiosk'], []]);
      expect(known.tables.flatMap(({ plan }) => plan.fields.map(({ name }) => name))).toEqual([
        'name',
        'name',
      ]);
    }
    expect((await found(control, kiosk())).drifted).toEqual([]);
    expect((await control.fieldList('kiosk', 'Main', 'Orders'))?.shown).toBe(undefined);
  });

  test('halts the table on that server, once, and goes on when it is in order again', async () => {
    const control = await workedOn();
    const told: string[] = [];
    const ports = { control, clock: systemClock, report: ({ kind }: EngineEvent) => void told.push(kind) };
    const look = async (live: Server): Promise<void> => {
      const layouts = await knownLayouts(configuration, { lists: control, live, signal: never });
      await haltDrifted(configuration, layouts, await knownTables(configuration, layouts, control), ports);
    };
    for (const live of [kiosk(withoutName), kiosk(withoutName), hq]) await look(live);
    expect(await control.halts()).toMatchObject([
      { table: 'orders', server: 'kiosk', kind: 'schema-drift', fields: ['name'] },
    ]);
    await look(kiosk());
    expect([await control.halts(), told]).toEqual([[], ['halted', 'halt-ended']]);
  });

  test('with another type is told as such; once it is so on every server, it is what the table is worked on with', async () => {
    const control = await workedOn();
    const numbers = right.map((one) => (one.name === 'name' ? { ...one, type: 'number' as const } : one));
    const first = await found(control, kiosk(numbers));
    expect(first.drifted.map(({ drift }) => drift.changed)).toEqual([['name']]);
    expect((await found(control, hqWith(numbers))).drifted).toEqual([]);
    for (const known of [await found(control, kiosk(numbers)), await found(control)]) {
      const plan = known.tables.find((table) => table.plan.name === 'orders')?.plan;
      expect([known.drifted, plan?.fields[0]?.type]).toEqual([[], 'number']);
    }
  });

  test('is told where all shared fields are kept the same, unless the field was taken off every layout', async () => {
    const every = parseConfiguration(text.replaceAll('fields: [name]', 'fields: all'), 'serversync.yaml');
    const control = await workedOn();
    const look = async (live: Server): Promise<KnownTables> =>
      knownTables(every, await knownLayouts(every, { lists: control, live, signal: never }), control);
    const one = await look(kiosk(withoutName));
    expect(one.drifted.map(({ server, drift }) => [server, drift.missing])).toEqual([['kiosk', ['name']]]);
    const both = await look(hqWith(withoutName));
    expect(both.drifted).toEqual([]);
  });

  test('is no drift where the configuration leaves it out of all from now on', async () => {
    const except = parseConfiguration(
      text.replaceAll('fields: [name]', 'fields: { allExcept: [name] }'),
      'serversync.yaml',
    );
    const more = [...right, field('other')];
    const control = await workedOn();
    const look = async (live: Server): Promise<KnownTables> =>
      knownTables(except, await knownLayouts(except, { lists: control, live, signal: never }), control);
    await found(control, hqWith(more));
    await found(control, kiosk(more));
    const { drifted, tables } = await look(kiosk(more));
    expect(drifted).toEqual([]);
    const plan = tables.find((table) => table.plan.name === 'orders')?.plan;
    expect(plan?.fields.map(({ name }) => name)).toEqual(['other']);
  });
});
