/** Where a record is named besides what is held of it: as an example, and among the newest rows of a server. */
import { isToldDoubled, withoutDoubled } from '../core/doubled.ts';
import type { Halt } from '../core/halt.ts';
import type { Key, ServerName, TableName } from '../core/names.ts';
import { withoutKey } from '../core/newest.ts';
import type { Engine } from './engine.ts';

/** Gives the number of places. */
export async function dropExamples(control: Engine['control'], table: TableName, key: Key): Promise<number> {
  const isOther = (example: { readonly key: Key }): boolean => example.key !== key;
  let count = 0;
  for (const meeting of await control.meetings()) {
    if (meeting.table !== table || meeting.examples.every(isOther)) continue;
    await control.putMeeting({ ...meeting, examples: meeting.examples.filter(isOther) });
    count += 1;
  }
  for (const bookmark of await control.bookmarks()) {
    if (bookmark.table !== table || bookmark.kind !== 'meeting' || bookmark.examples.every(isOther)) continue;
    await control.putBookmark({ ...bookmark, examples: bookmark.examples.filter(isOther) });
    count += 1;
  }
  for (const halt of await control.halts()) {
    const without = withoutExample(halt, key);
    if (halt.table !== table || without === halt) continue;
    // Where somebody answered it meanwhile it is found the next time.
    if (await control.putHalt({ ...without, rev: halt.rev + 1 })) count += 1;
  }
  for (const swept of await control.sweeps()) {
    const { last } = swept;
    if (swept.table !== table || !last?.doubled || !isToldDoubled(last.doubled, key)) continue;
    await control.putSweep({ ...swept, last: { ...last, doubled: withoutDoubled(last.doubled, key) } });
    count += 1;
  }
  return count;
}

/** As an example, now or before. */
export const isShownIn = (halt: Halt, key: Key): boolean => withoutExample(halt, key) !== halt;

/** The same where it does not show it; what it was halted for before is looked at too. */
function withoutExample(halt: Halt, key: Key): Halt {
  const { moved } = halt;
  const before = moved?.before && withoutExample(moved.before, key);
  if (!halt.examples.includes(key) && before === moved?.before) return halt;
  const examples = halt.examples.filter((one) => one !== key);
  return { ...halt, examples, ...(moved && before && { moved: { ...moved, before } }) };
}

/** Readings remember the newest rows by their keys. False: one came to its end meanwhile. */
export async function dropFromNewest(
  control: Engine['control'],
  { table, key }: { readonly table: TableName; readonly key: Key },
  servers: readonly ServerName[],
): Promise<boolean> {
  for (const server of servers) {
    const mark = await control.watermark(table, server);
    const newest = withoutKey(mark?.newest ?? [], key);
    if (mark !== undefined && newest !== mark.newest && newest.length > 0) {
      const next = { ...mark, generation: mark.generation + 1, newest };
      if (!(await control.putWatermark(next))) return false;
    }
    const bookmark = await control.bookmark(table, server);
    if (bookmark === undefined || bookmark.kind === 'meeting') continue;
    const { watermark } = bookmark;
    const sofar = withoutKey(watermark.newest ?? [], key);
    if (sofar.length > 0 && sofar !== watermark.newest)
      await control.putBookmark({ ...bookmark, watermark: { ...watermark, newest: sofar } });
  }
  return true;
}
