/** What another state holds, put into the empty file of a copy: with the versions that it has there, so that conditions hold. */
import type { Breaker } from '../../core/breaker.ts';
import type { BatchRow } from '../../core/batch.ts';
import type { Parked } from '../../core/conflict.ts';
import type { Head, Replica } from '../../core/head.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import type { Suspect } from '../../core/suspect.ts';
import type { Control, FieldList } from '../../ports/control.ts';
import type { StateFile } from './state-file.ts';

/** What is copied: more of it would be there, such as runs, kept values and what was held before, that only people read. */
export type CopiedPlaces = {
  readonly servers: readonly ServerName[];
  readonly places: readonly { readonly table: TableName; readonly server: ServerName }[];
  readonly layouts: readonly Pick<FieldList, 'server' | 'database' | 'layout'>[];
};

/** Rows, or records, read at once. */
const inOnePage = 1000;

/**
 * Everything but records. The other state may be worked on meanwhile: batch rows come last, since one that is there has its head
 * stored before.
 */
export async function copyControl(
  file: StateFile,
  { to, from }: { readonly to: Control; readonly from: Control },
  { servers, places, layouts }: CopiedPlaces,
): Promise<void> {
  const put = insertsIn(file);
  const pauses = await from.pauses();
  if (pauses !== undefined) put('pauses', { id: 1, rev: pauses.rev }, pauses);
  for (const one of await from.meetings()) await to.putMeeting(one);
  for (const one of await from.halts()) put('halts', { ...ofPlace(one), rev: one.rev }, one);
  for (const one of await from.sweeps()) await to.putSweep(one);
  for (const one of await from.bookmarks()) await to.putBookmark(one);
  for (const one of await from.breakers()) put('breakers', ofBreaker(one), one);
  for (const { server, database, layout } of layouts)
    await given(from.fieldList(server, database, layout), (list) => to.putFieldList(list));
  for (const table of new Set(places.map((place) => place.table)))
    await given(from.shape(table), (shape) => to.putShape(shape));
  for (const server of servers)
    await given(from.clock(server), (clock) => put('clocks', { server, rev: clock.rev }, clock));
  await Promise.all(places.map((place) => copyPlace(put, to, from, place)));
  for (const server of new Set([...servers, ...places.map((place) => place.server)]))
    await copyBatches(to, from, server);
}

async function copyPlace(
  put: Put,
  to: Control,
  from: Control,
  { table, server }: CopiedPlaces['places'][number],
): Promise<void> {
  const of = ofPlace({ table, server });
  await given(from.watermark(table, server), (one) =>
    put('watermarks', { ...of, generation: one.generation }, one),
  );
  await given(from.deleteLog(table, server), (one) =>
    put('delete_logs', { ...of, generation: one.generation }, one),
  );
  await given(from.deleteCount(table, server), (one) => put('delete_counts', { ...of, rev: one.rev }, one));
  await given(from.userClock(table, server), (one) => put('user_clocks', of, one));
  await given(from.accountView(table, server), (one) => to.putAccountView(one));
  for (let page: readonly Parked[] | undefined; page?.length !== 0; ) {
    page = await from.parkedPage(table, server, inOnePage, page?.at(-1)?.key);
    await to.park(page);
  }
  for (let page: readonly Suspect[] | undefined; page?.length !== 0; ) {
    page = await from.suspects(table, server, inOnePage, page?.at(-1)?.key);
    await to.putSuspects(page);
  }
}

/** What they are sending is put behind them, as it is where they were made. */
async function copyBatches(to: Control, from: Control, server: ServerName): Promise<void> {
  for (let page: readonly BatchRow[] | undefined; page?.length !== 0; ) {
    page = await from.openBatches(server, inOnePage, page?.at(-1));
    await to.putBatches(page);
    for (const { id, rev, sending } of page) if (sending.length > 0) await to.appendSending(id, rev, sending);
  }
}

export type CopiedRecords = { readonly heads: Iterable<Head>; readonly replicas: Iterable<Replica> };

/** Those that are there stay as they are. */
export function copyRecords(file: StateFile): (records: CopiedRecords) => void {
  const put = insertsIn(file);
  return ({ heads, replicas }) =>
    file.transaction(() => {
      for (const one of replicas) put('replicas', { ...ofPlace(one), ...ofReplica(one) }, one);
      for (const one of heads) put('heads', ofHead(one), one);
    });
}

const ofHead = ({ table: tbl, key, version, deleted }: Head): Columns => ({
  tbl,
  key,
  version,
  ended: deleted === undefined ? 0 : 1,
});

const ofReplica = ({ key, rev, gone, left }: Replica): Columns => ({
  key,
  rev,
  away: gone || left ? 1 : 0,
});

type Columns = Readonly<Record<string, string | number>>;
type Put = (table: string, columns: Columns, value: object) => void;

function insertsIn(file: StateFile): Put {
  const statements = new Map<string, ReturnType<StateFile['prepare']>>();
  return (table, columns, value) => {
    const names = [...Object.keys(columns), 'value'];
    const sql = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
    const statement = statements.get(table) ?? file.prepare(sql);
    statements.set(table, statement);
    statement.run(...Object.values(columns), JSON.stringify(value));
  };
}

const ofPlace = ({ table, server }: { readonly table: TableName; readonly server: ServerName }) => ({
  tbl: table,
  server,
});

const ofBreaker = ({ server, task, rev }: Breaker): Columns => ({ server, task, rev });

async function given<Value>(read: Promise<Value | undefined>, use: (value: Value) => unknown): Promise<void> {
  const value = await read;
  if (value !== undefined) await use(value);
}
