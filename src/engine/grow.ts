/**
 * grow: what a changed configuration asks for beyond changes, before anything else is done.
 *
 *   R1  A field that is synced from now on is read on every record, also on those that nobody changes. So that none of
 *       its values is taken for known, the first read of the table is made again.
 *   R2  A server that receives from now on gets a row for every head there is.
 *
 * The shape is stored last: after a crash all of it is done once more, which costs reads and no write.
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
  for (const { plan } of engine.tables.values()) {
    const now = shapeOf(plan);
    const before = await engine.control.shape(plan.name);
    if (before) {
      const { fields, receivers } = growthOf(before, now);
      if (fields.length > 0) await readAnew(engine, plan);
      for (const server of receivers) await handAll(engine, plan, server);
    }
    if (before === undefined || !isSameShape(before, now)) await engine.control.putShape(now);
  }
}

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
