/** A log of deletes whose layout is not any more what it was, of a table that several processes work on. */
import { expect, test } from 'vitest';
import { engineOf } from '../../src/composition/engine-of.ts';
import type { KnownTables } from '../../src/composition/known-tables.ts';
import { parseConfiguration } from '../../src/config/load.ts';
import { placeOf } from '../../src/engine/engine.ts';
import type { Control } from '../../src/ports/control.ts';
import type { LayoutField, Server } from '../../src/ports/server.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { field } from '../config/layout-field.ts';
import { meeting } from '../contracts/samples.ts';
import { memoryPorts } from '../support/memory/memory-ports.ts';
import { knownBy, never, noTable, serverWith } from './shown-layouts.ts';

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
    deletes: { log: { layout: Deletes, key: id, deletedAt: at } }
    servers: { hq: { layout: Contacts }, branch: { layout: Contacts } }
`;
const configuration = parseConfiguration(text, 'serversync.yaml');

const records = [field('id'), field('name'), field('modified_at', { type: 'timestamp', autoEnter: true })];
const right = [field('id'), field('at', { type: 'timestamp' })];

const showing = (name: string, logOf: () => readonly LayoutField[]): Server =>
  serverWith(
    name,
    (layout) => (layout === 'Deletes' ? logOf() : records),
    () => noTable,
  );
const inOrder = (name: string): Server => showing(name, () => right);

const look = (control: Control, live?: Server, of = configuration): Promise<KnownTables> =>
  knownBy(of, control, live);

async function workedOn() {
  const ports = memoryPorts();
  const { control } = ports;
  for (const name of ['hq', 'branch']) {
    await look(control, inOrder(name));
    await control.putMeeting(meeting({ table: 'contacts', server: name, state: 'passed' }));
  }
  await control.putShape({ table: 'contacts', fields: ['name'], receivers: ['hq', 'branch'] });
  return ports;
}

const renamed = () => [field('id'), field('deleted_on', { type: 'timestamp' })];
const ofNumbers = () => [field('id', { type: 'number' }), field('at', { type: 'timestamp' })];
const gone = (): never => {
  throw new ServerError('layout-missing', 'hq', 'there is no such layout');
};

const states = [
  ['with its time renamed', renamed, 'tables.contacts.deletes.log.deletedAt', /Put it on the layout/],
  ['with a key of another type', ofNumbers, 'tables.contacts.deletes.log.key', /Use a text field/],
  ['gone', gone, 'tables.contacts.deletes.log.layout', /Create it there/],
] as const;

test.each(states)('R7: %s on one server stops the table nowhere, and halts nothing', async (_how, logOf) => {
  const { control } = await workedOn();
  for (const live of [showing('hq', logOf), undefined, inOrder('branch')]) {
    const { tables, mistakes, drifted } = await look(control, live);
    expect(tables.map(({ plan }) => plan.links.map(({ server }) => server))).toEqual([['hq', 'branch']]);
    expect([mistakes, drifted]).toEqual([[], []]);
  }
});

test.each(states)(
  '%s is looked at before each reading, told with place and remedy, and read once it is mended',
  async (_how, logOf, place, remedy) => {
    const state = await workedOn();
    let shown: () => readonly LayoutField[] = logOf;
    const hq = showing('hq', () => shown());
    const { tables } = await look(state.control, hq);
    const servers = new Map([hq, inOrder('branch')].map((server) => [server.name, server]));
    const engine = engineOf({
      files: undefined,
      configuration,
      state,
      servers,
      tables,
      sessionsOf: () => 1,
      report: () => undefined,
    });
    const logOn = (name: string) => placeOf(engine, 'contacts', name)?.log;
    expect([logOn('hq')?.isDoubted, logOn('branch')?.isDoubted]).toEqual([true, false]);
    const mistake = await logOn('hq')?.mistake(never);
    expect(mistake?.message).toContain(place);
    expect(mistake?.message).toMatch(remedy);
    shown = () => right;
    expect(await logOn('hq')?.mistake(never)).toBe(undefined);
    const again = (await look(state.control, hq)).tables.flatMap(({ logs }) => [...logs.values()]);
    expect(again.filter(({ isUnfit }) => isUnfit)).toEqual([]);
    expect(again).toHaveLength(2);
  },
);

test.each([
  ['without its stamp', () => [field('id')]],
  ['gone', gone],
] as const)('R7: a layout for sweeps that is %s stops the table nowhere', async (_how, thinOf) => {
  const thinned = parseConfiguration(
    text.replace('hq: { layout: Contacts }', 'hq: { layout: Contacts, sweepLayout: Thin }'),
    'serversync.yaml',
  );
  const { control } = await workedOn();
  const hq: Server = {
    ...inOrder('hq'),
    layout: async (_database, layout) => {
      if (layout === 'Thin') return thinOf();
      return layout === 'Deletes' ? right : records;
    },
  };
  for (const live of [hq, undefined, inOrder('branch')]) {
    const { tables, mistakes } = await look(control, live, thinned);
    expect([tables.length, mistakes]).toEqual([1, []]);
  }
});

test('a server that is new is in the table of every process alike, whatever its log is like', async () => {
  const more = parseConfiguration(
    text.replace(
      'branch: { layout: Contacts } }',
      'branch: { layout: Contacts }, kiosk: { layout: Contacts } }',
    ),
    'serversync.yaml',
  );
  const { control } = await workedOn();
  for (const live of [showing('kiosk', gone), showing('kiosk', renamed), undefined]) {
    if (live !== undefined) await look(control, inOrder('kiosk'), more);
    const { tables, mistakes } = await look(control, live, more);
    expect(tables.map(({ plan }) => plan.links.length)).toEqual([3]);
    expect(mistakes).toEqual([]);
  }
});
