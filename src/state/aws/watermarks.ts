/**
 * Watermarks, each an item. How far readings came since that found nothing stands in one item more for each server, so that a
 * tick in which nothing changed writes once, however many tables there are.
 *
 *   R1  What stands there is said of one watermark as it was stored (its generation, and when it was set), and counts for no
 *       other; where two processes write it at once, what is lost lies higher than what is left.
 */
import type { Watermarks } from '../../ports/control.ts';
import type { EpochMs, ServerName, TableName } from '../../core/names.ts';
import { advanced, type ReadMark, type Watermark } from '../../core/watermark.ts';
import { asNumber, textOf } from './attributes.ts';
import { follows } from './conditions.ts';
import type { Documents } from './documents.ts';
import { partsOf } from './sort-keys.ts';
import { storedIfAny } from './stored-values.ts';

/** By table. */
export type Advances = Readonly<Record<TableName, Advance>>;

type Advance = {
  readonly of: StoredMark;
  readonly mark: ReadMark;
};

/** Names a watermark as it was stored. */
type StoredMark = { readonly generation: number; readonly setAt: EpochMs };

const partition = (table: string): string => partsOf('watermark', table);
const markKey = (table: TableName, server: ServerName) => ({ pk: partition(table), sk: `server ${server}` });
const advancesKey = (server: ServerName) => ({ pk: 'watermark-advances', sk: `server ${server}` });

/** Of a server, as this process read them last. */
type Known = { advances: Advances; readonly marks: Map<TableName, StoredMark> };

export function watermarksIn(documents: Documents): Watermarks {
  const known = new Map<ServerName, Known>();
  const remember = (table: TableName, server: ServerName, advances: Advances, mark?: Watermark): void => {
    const of = known.get(server) ?? { advances, marks: new Map<TableName, StoredMark>() };
    of.advances = advances;
    if (mark === undefined) of.marks.delete(table);
    else of.marks.set(table, { generation: mark.generation, setAt: mark.setAt });
    known.set(server, of);
  };
  return {
    async watermark(table, server) {
      // Asked for at once, that is one request.
      const [mark, advances] = await Promise.all([
        documents.get(markKey(table, server)),
        documents.get(advancesKey(server)),
      ]);
      const [stored, all] = [storedIfAny('watermark', mark), storedIfAny('advances', advances) ?? {}];
      remember(table, server, all, stored);
      const advance = all[table];
      return stored && advance && isOf(advance, stored) ? advanced(stored, advance.mark) : stored;
    },
    putWatermark(watermark) {
      const { table, server, generation } = watermark;
      return documents.put(
        markKey(table, server),
        watermark,
        { generation: asNumber(generation) },
        follows('generation', generation - 1),
      );
    },
    async advanceWatermarks(server, watermarks) {
      const of = known.get(server);
      if (of === undefined || watermarks.length === 0) return;
      const fresh = watermarks.flatMap(({ table, generation, epoch, at, setAt, wideAt }) => {
        const stored = of.marks.get(table);
        if (stored?.generation !== generation) return [];
        const mark = { epoch, at, setAt, ...(wideAt !== undefined && { wideAt }) };
        return [[table, { of: stored, mark }] as const];
      });
      const kept = Object.entries(of.advances).filter(([table, advance]) => {
        const stored = of.marks.get(table);
        return stored === undefined || isOf(advance, stored);
      });
      of.advances = Object.fromEntries([...kept, ...fresh]);
      await documents.replace(advancesKey(server), of.advances);
    },
    async dropWatermarks(table) {
      const pk = partition(table);
      const items = await Array.fromAsync(documents.table.query(pk, { only: ['pk', 'sk'] }));
      await documents.table.removeAll(items.map((item) => ({ pk, sk: textOf(item, 'sk') })));
    },
  };
}

const isOf = ({ of }: Advance, { generation, setAt }: StoredMark): boolean =>
  of.generation === generation && of.setAt === setAt;
