/** Children that wait for their parents, counted: for people, may be slow. */
import type { BatchRow } from '../core/batch.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';
import { paged } from './paged.ts';

export type WaitingChildren = {
  readonly table: TableName;
  readonly server: ServerName;
  /** The table of their parents. */
  readonly parent: TableName;
  readonly records: number;
};

const rowsInOnePage = 200;

/** Reads every open row of these servers. */
export async function waitingChildren(
  control: Pick<Control, 'openBatches'>,
  servers: readonly ServerName[],
): Promise<readonly WaitingChildren[]> {
  const counts = new Map<string, WaitingChildren>();
  for (const server of servers) {
    const rows = paged<BatchRow>((after) => control.openBatches(server, rowsInOnePage, after));
    for await (const page of rows)
      for (const row of page) for (const of of childrenIn(row)) count(counts, of);
  }
  return [...counts.values()];
}

const childrenIn = ({ table, server, keys }: BatchRow): readonly WaitingChildren[] =>
  keys.flatMap(({ waitsFor }) =>
    waitsFor === undefined ? [] : { table, server, parent: waitsFor, records: 1 },
  );

function count(counts: Map<string, WaitingChildren>, one: WaitingChildren): void {
  const name = JSON.stringify([one.table, one.server, one.parent]);
  counts.set(name, { ...one, records: (counts.get(name)?.records ?? 0) + 1 });
}
