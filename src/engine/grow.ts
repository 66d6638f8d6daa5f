/**
 * grow: what a changed configuration asks for beyond changes, before anything else is done.
 *
 *   R1  A field that is synced from now on is read on every record, also on those that nobody changes. So that none of
 *       its values is taken for known, the first read of the table is made again.
 *   R2  A server that receives from now on gets a row for every head there is.
 *
 * The shape is stored before the heads are listed, so that whoever merges from then on makes rows for the new receivers
 * too; that they are not done yet stands in it, and after a crash it is done once more, which costs reads and no write.
 */
import type { BatchKey } from '../core/batch.ts';
import type { TablePlan } from '../core/link.ts';
import type { ServerName } from '../core/names.ts';
import { growthOf, isSameShape, shapeOf } from '../core/shape.ts';
import { chunksOf, type Engine } from './engine.ts';
import { announce, newBatch } from './hand-over.ts';
import { keepMet } from './meet.ts';
import { paged } from './paged.ts';

export async function grow(engine: Engine): Promise<void> {
  for (const { plan } of engine.tables.values()) await growTable(engine, plan);
}

async function growTable(engine: Engine, plan: TablePlan): Promise<void> {
  const { control, clock, settings } = engine;
  const now = shapeOf(plan);
  const before = await control.shape(plan.name);
  if (before === undefined) return control.putShape(now);
  const { fields, receivers } = growthOf(before, now);
  if (fields.length > 0) await readAnew(engine, plan);
  if (receivers.length > 0) {
    await control.putShape({ ...now, pending: receivers });
    // Heads that are being stored at this moment by others, who looked at the shape before, have to be there to be listed.
    await clock.sleep(settings.storingMs, unstopped);
    for (const server of receivers) await handAll(engine, plan, server);
  }
  if (receivers.length > 0 || !isSameShape(before, now)) await control.putShape(now);
}

const unstopped = new AbortController().signal;

async function readAnew(engine: Engine, plan: TablePlan): Promise<void> {
  await keepMet(engine, plan);
  await engine.control.dropWatermarks(plan.name);
}

/** Heads of which rows are made at once. */
const headsInOnePage = 1000;

async function handAll(engine: Engine, plan: TablePlan, server: ServerName): Promise<void> {
  const now = engine.clock.now();
  const heads = paged<BatchKey>((after) => engine.records.keys(plan.name, headsInOnePage, after?.key));
  for await (const page of heads) {
    const rows = chunksOf(page, engine.settings.batchSize).map((keys) =>
      newBatch(engine, { plan }, server, keys, now),
    );
    await engine.control.putBatches(rows);
    await announce(engine, rows);
  }
}
