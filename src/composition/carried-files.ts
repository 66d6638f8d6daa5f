/** What is carried of containers, and what is kept waiting by a file: as `status` and the console show it. Asks no server. */
import type { Configuration, TableConfiguration } from '../config/configuration.ts';
import { LinkLayout } from '../config/link-layout.ts';
import type { Parked } from '../core/conflict.ts';
import type { FieldName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';

export type CarriedFiles = {
  /** The largest file that is carried, bytes. */
  readonly limitBytes: number;
  /** Where files are kept on this machine; absent of a stack, which has a bucket for them. */
  readonly folder?: string;
  /** Containers that are kept the same, as far as the fields of the servers are known. */
  readonly fields: number;
  /** Records that are parked for a file, by server and record. */
  readonly parked: number;
  /** Of these: since it is larger than the limit. */
  readonly tooLarge: number;
};

/** `folder`: of this machine, as the sync uses it. */
export async function carriedFiles(
  { containers, tables }: Configuration,
  control: Pick<Control, 'shape' | 'fieldList'>,
  parked: readonly Parked[],
  folder: string | undefined,
): Promise<CarriedFiles> {
  const counts = await Promise.all(tables.map((table) => containersIn(table, control)));
  return {
    limitBytes: containers.limitBytes,
    ...(folder !== undefined && { folder }),
    fields: counts.reduce((sum, each) => sum + each, 0),
    parked: parked.filter(({ code }) => code.startsWith('file-')).length,
    tooLarge: parked.filter(({ code }) => code === 'file-too-large').length,
  };
}

/** By the first server whose fields are known: a field is of one type on all. */
async function containersIn(
  table: TableConfiguration,
  control: Pick<Control, 'shape' | 'fieldList'>,
): Promise<number> {
  const names = await keptIn(table, control);
  for (const link of table.links) {
    const list = await control.fieldList(link.server, link.database, link.layout);
    if (list === undefined) continue;
    const layout = new LinkLayout(link, list.fields);
    return names.filter((name) => layout.field(name)?.type === 'container').length;
  }
  return 0;
}

async function keptIn(
  { name, fields, except }: TableConfiguration,
  control: Pick<Control, 'shape'>,
): Promise<readonly FieldName[]> {
  if (fields !== 'all') return fields.map((field) => field.name);
  const kept = (await control.shape(name))?.fields ?? [];
  return kept.filter((field) => !except.includes(field));
}
