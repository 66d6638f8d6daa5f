/**
 * forget: ends what is kept of a server or a table that the configuration does not name any more. Afterwards the name may be used
 * for another one, so nothing may be left that would be taken for its past: recordIds, above all.
 *
 * Nobody works on it meanwhile. Who dies in between begins again: the heads come first and the places are known until the end.
 */
import type { BatchKey } from '../core/batch.ts';
import { withoutServer } from '../core/without-server.ts';
import type { Head } from '../core/head.ts';
import type { Key, ServerName, TableName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';
import type { Forgetting } from '../ports/forgetting.ts';
import type { Records } from '../ports/records.ts';
import type { PlaceName } from './engine.ts';
import { paged } from './paged.ts';

export type ForgettingPorts = {
  readonly records: Records;
  readonly control: Control;
  readonly forgetting: Forgetting;
};

export type Forgotten = PlaceName & {
  /** Records of which it was known what they are on that server, those that are gone from it included. */
  readonly records: number;
};

/** These places of one server, and with `wholly` the server itself. */
export async function forgetServer(
  ports: ForgettingPorts,
  server: ServerName,
  places: readonly PlaceName[],
  wholly: boolean,
): Promise<readonly Forgotten[]> {
  const forgotten: Forgotten[] = [];
  for (const place of places) {
    await outOfHeads(ports.records, place);
    const records = await ports.forgetting.forgetPlace(place.table, server);
    forgotten.push({ ...place, records });
  }
  if (wholly) await ports.forgetting.forgetServer(server);
  return forgotten;
}

/** A table with all that is known of it on these servers. Returns how many records it had, tombstones included. */
export async function forgetTable(
  { forgetting }: ForgettingPorts,
  table: TableName,
  servers: readonly ServerName[],
): Promise<number> {
  const heads = await forgetting.forgetTable(table);
  for (const server of servers) await forgetting.forgetPlace(table, server);
  return heads;
}

/** Heads that are changed at once. */
const headsInOnePage = 500;

async function outOfHeads(records: Records, { table, server }: PlaceName): Promise<void> {
  const pages = paged<BatchKey>((after) => records.keys(table, headsInOnePage, after?.key));
  for await (const page of pages) {
    let open: readonly Key[] = page.map(({ key }) => key);
    // Others may be at work on the records for other servers.
    while (open.length > 0) open = await outOf(records, table, server, open);
  }
}

/** Returns the keys of those that moved meanwhile. */
async function outOf(
  records: Records,
  table: TableName,
  server: ServerName,
  keys: readonly Key[],
): Promise<readonly Key[]> {
  const heads = await records.heads(table, keys);
  const changed = [...heads.values()].flatMap((head: Head) => withoutServer(head, server) ?? []);
  return changed.length === 0 ? [] : [...(await records.putHeads(changed))];
}
