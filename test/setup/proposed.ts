/** What is proposed for a fixture, looked at through the port. */
import type { Inspection } from '../../src/ports/inspection.ts';
import { lookAtLayouts, sampleOf } from '../../src/setup/looking.ts';
import { type AskedTable, findTables, proposeFound } from '../../src/setup/propose.ts';
import type { TableChoices, TableProposal } from '../../src/setup/proposal.ts';
import type { Sample, SeenLayout } from '../../src/setup/seen.ts';
import { FakeInspection } from './fake-inspection.ts';
import type { Fixture } from './fixtures.ts';

const { signal } = new AbortController();
const by = { now: () => Date.UTC(2026, 5, 1), timeZone: 'UTC' };

export type Given = { readonly asked?: readonly AskedTable[]; readonly choices?: TableChoices };

export async function proposed(
  fixture: Fixture,
  { asked = [], choices }: Given = {},
): Promise<readonly TableProposal[]> {
  const servers = Object.entries(fixture).map(([name, files]) => new FakeInspection(name, files));
  const seen = await Promise.all(servers.map((server) => layoutsOf(server)));
  const { tables } = findTables(seen, asked);
  const samples = new Map<SeenLayout, Sample>();
  for (const layout of tables.flatMap(({ layouts }) => layouts)) {
    const server = servers.find(({ name }) => name === layout.server);
    if (server !== undefined) samples.set(layout, await sampleOf(server, layout, by, signal));
  }
  return tables.map((table) => proposeFound(table, samples, choices));
}

async function layoutsOf(server: Inspection): Promise<readonly SeenLayout[]> {
  const databases = await server.databases(signal);
  const looked = await Promise.all(
    databases.map((database) => lookAtLayouts(server, database, () => undefined, signal)),
  );
  return looked.flatMap(({ layouts }) => layouts);
}

/** What stands in the configuration of it, and what it lacks. */
export const inShort = ({ name, places, key, stamp, fields, lacks }: TableProposal) => ({
  name,
  layouts: places.map(({ server, database, layout }) => `${server} ${database} ${layout}`),
  key: key?.field,
  stamp: stamp && `${stamp.field.name} by ${stamp.stampedBy}`,
  fields: fields.map(({ name: field, mode, unique }) =>
    [field, ...(mode === 'sync' ? [] : [mode]), ...(unique ? ['unique'] : [])].join(' '),
  ),
  lacks,
});
