/** Servers that show layouts and nothing else, and the tables as one process works on them then. */
import { knownLayouts } from '../../src/composition/known-layouts.ts';
import { type KnownTables, knownTables } from '../../src/composition/known-tables.ts';
import type { Configuration } from '../../src/config/configuration.ts';
import type { Control } from '../../src/ports/control.ts';
import type { LayoutField, Server, ServerTable } from '../../src/ports/server.ts';

const unexpected = (): never => {
  throw new Error('nothing else is asked');
};

/** A table of which nothing is asked. */
export const noTable: ServerTable = {
  changed: unexpected,
  list: unexpected,
  lookUp: unexpected,
  read: unexpected,
  create: unexpected,
  update: unexpected,
  remove: unexpected,
};

/** A server that answers with these layouts, or fails as it is told. */
export const serverWith = (
  name: string,
  layoutOf: (layout: string) => readonly LayoutField[],
  table: () => ServerTable = unexpected,
): Server => ({
  name,
  layout: async (_database, layout) => layoutOf(layout),
  probe: unexpected,
  table,
  close: unexpected,
});

export const never = new AbortController().signal;

/** By what is stored, and what the server shows that is asked. */
export const knownBy = async (
  configuration: Configuration,
  control: Control,
  live?: Server,
): Promise<KnownTables> =>
  knownTables(
    configuration,
    await knownLayouts(configuration, { lists: control, live, signal: never }),
    control,
  );
