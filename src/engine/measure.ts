/** measure: read a server's clock, and put batches back on a queue whose message was lost or whose time has come. */
import type { BatchRow } from '../core/batch.ts';
import { middle } from '../core/interval.ts';
import type { ServerName } from '../core/names.ts';
import { stampsInAnotherZone, withProbe } from '../core/server-clock.ts';
import type { Engine } from './engine.ts';

/** Folds one probe into what is known of the server's clock; a step and a foreign zone are reported. */
export async function measureClock(engine: Engine, server: ServerName, signal: AbortSignal): Promise<void> {
  const port = engine.servers.get(server);
  if (port === undefined) throw new Error(`no server named ${server}`);
  const probe = await port.probe(signal);
  const before = await engine.control.clock(server);
  const after = withProbe(before, server, probe);
  // Where another run was faster its state stands; this probe is one of many.
  if (!(await engine.control.putClock(after))) return;
  if (before && after.epoch !== before.epoch && after.step) {
    engine.report({ kind: 'clock-stepped', server, byMs: after.step.byMs });
  }
  if (after.stamping && stampsInAnotherZone(after)) {
    const offByMs = Math.round(middle(after.stamping) - middle(after.offset));
    engine.report({ kind: 'other-zone', server, offByMs });
  }
}

/** Rows read at once when putting back; more come in the next pass. */
const rowsInOnePass = 1000;

/**
 * Sends a message for each open row of the server that `which` accepts and whose `sentAt` is still the one read.
 * Returns how many.
 */
export async function putBack(
  engine: Engine,
  server: ServerName,
  which: (row: BatchRow) => boolean,
): Promise<number> {
  const open = await engine.control.openBatches(server, rowsInOnePass);
  const wanted = open.filter(which);
  const preparing = wanted.filter((row) => row.state === 'preparing').map((row) => row.id);
  const now = engine.clock.now();
  if (preparing.length > 0) await engine.control.markReady(preparing, now);
  const ready = wanted.filter((row) => row.state === 'ready');
  const marked = await engine.control.markSent(ready, now);
  const ids = [...preparing, ...marked];
  if (ids.length > 0) await engine.queue.send(server, ids);
  return ids.length;
}
