/**
 * grow: what a changed configuration asks for beyond changes, before anything else is done.
 *
 *   R1  A field that is synced from now on is read on every record, also on those that nobody changes. So that none of
 *       its values is taken for known, the first read of the table is made again.
 *   R2  A server that receives from now on, or another share, gets a row for every head there is that is to be brought there, or taken away.
 *   R8  Where another share may take much away, the server is met once more before anything is.
 *
 * The shape is stored before the heads are listed, so that whoever merges from then on makes rows for the new receivers
 * too; that they are not done yet stands in it, and after a crash it is done once more, which costs reads and no write.
 */
import type { BatchKey } from '../core/batch.ts';
import type { TablePlan } from '../core/link.ts';
import type { ServerName } from '../core/names.ts';
import { isBehind } from '../core/observation.ts';
import {
  type Growth,
  growthOf,
  hasSameShare,
  isSameInAll,
  type Joining,
  nextShape,
  type TableShape,
} from '../core/shape.ts';
import { closeOfFields } from './agreed.ts';
import { chunksOf, type Engine, placeOf } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { leave } from './leave.ts';
import { keepMet, onAndOn, type Pace } from './meet.ts';
import { haltMoved } from './moved.ts';
import { paged } from './paged.ts';
import { readable } from './readable.ts';
import { rename } from './rename.ts';

/** `stop` leaves the rest to the next call. */
export async function grow(engine: Engine, pace: Pace = onAndOn): Promise<'done' | 'unfinished'> {
  await leave(engine);
  const plans = [...engine.tables.values()].map(({ plan }) => plan);
  const growing: Growing[] = [];
  for (const plan of plans) {
    if ((await rename(engine, plan, pace)) === 'unfinished') return 'unfinished';
    const { shape, joining } = await putGrowth(engine, plan);
    if (joining.length > 0) growing.push({ plan, shape, joining });
  }
  if (growing.length === 0) return 'done';
  // Heads that are being stored at this moment by others, who looked at the shape before, have to be there to be listed.
  await engine.clock.sleep(engine.settings.storingMs, unstopped);
  for (const one of growing) if ((await handOn(engine, one, pace)) === 'unfinished') return 'unfinished';
  return 'done';
}

/** A table, as it is from now on, and the receivers that every head has to be handed to. */
type Growing = {
  readonly plan: TablePlan;
  readonly shape: TableShape;
  readonly joining: readonly Joining[];
};

/** Stores what the table is from now on. */
async function putGrowth(engine: Engine, plan: TablePlan): Promise<Omit<Growing, 'plan'>> {
  const { control } = engine;
  const before = await control.shape(plan.name);
  const now = nextShape(before, plan);
  const { fields, receivers } = before === undefined ? noGrowth : growthOf(before, now);
  if (fields.length > 0) await readAnew(engine, plan);
  const left = before?.fields.filter((field) => !now.fields.includes(field)) ?? [];
  await closeOfFields(engine, plan.name, left);
  if (before !== undefined) await meetAgain(engine, plan, before, now);
  if (before !== undefined) await haltMoved(engine, plan, before);
  if (receivers.length > 0) await control.putShape({ ...now, pending: receivers });
  else if (!isSameInAll(before, now)) await control.putShape(now);
  return { shape: now, joining: receivers };
}

const noGrowth: Growth = { fields: [], receivers: [] };

const unstopped = new AbortController().signal;

async function readAnew(engine: Engine, plan: TablePlan): Promise<void> {
  await keepMet(engine, plan);
  await engine.control.dropWatermarks(plan.name);
}

/** Servers that would remove what their new share does not hold: how much that is, is looked at first (R8). */
async function meetAgain(
  { control }: Engine,
  plan: TablePlan,
  before: TableShape,
  now: TableShape,
): Promise<void> {
  for (const { server, share } of plan.links) {
    if (share?.leave !== 'remove' || hasSameShare(before, now, server)) continue;
    const meeting = await control.meeting(plan.name, server);
    if (meeting === undefined || meeting.state === 'halted') continue;
    await control.dropBookmark(plan.name, server);
    await control.putMeeting({ ...meeting, state: 'again' });
  }
}

/** Heads of which rows are made at once. */
const headsInOnePage = 1000;

/** Rows for every head, for one server after another; where it stops is stored. */
async function handOn(
  engine: Engine,
  { plan, shape, joining }: Growing,
  pace: Pace,
): Promise<'done' | 'unfinished'> {
  for (const [at, { server, after: from }] of joining.entries()) {
    const heads = paged<BatchKey>((last) =>
      engine.records.keys(plan.name, headsInOnePage, last?.key ?? from),
    );
    for await (const page of heads) {
      await handPage(engine, plan, server, page);
      if ((await pace()) === 'on') continue;
      const after = page.at(-1)?.key;
      const first = { server, ...(after !== undefined && { after }) };
      await engine.control.putShape({ ...shape, pending: [first, ...joining.slice(at + 1)] });
      return 'unfinished';
    }
  }
  await engine.control.putShape(shape);
  return 'done';
}

async function handPage(
  engine: Engine,
  plan: TablePlan,
  server: ServerName,
  page: readonly BatchKey[],
): Promise<void> {
  const now = engine.clock.now();
  const rows = chunksOf(await concerned(engine, plan, server, page), engine.settings.batchSize).map((keys) =>
    newBatch(engine, { plan }, server, keys, now),
  );
  await engine.control.putBatches(rows);
  await announce(engine, rows);
}

/** Of a server that gets a share of the records: those in which it is not as it should be. */
async function concerned(
  engine: Engine,
  plan: TablePlan,
  server: ServerName,
  page: readonly BatchKey[],
): Promise<readonly BatchKey[]> {
  const place = placeOf(engine, plan.name, server);
  if (place?.link.share === undefined) return page;
  const { result } = await readable(
    engine,
    place,
    page.map(({ key }) => key),
    async (of) => ({
      heads: await engine.records.heads(plan.name, of),
      replicas: await engine.records.replicas(plan.name, server, of),
    }),
  );
  const { heads, replicas } = result;
  return page.filter(({ key }) => {
    const head = heads.get(key);
    return head !== undefined && isBehind(place, head, replicas.get(key));
  });
}
