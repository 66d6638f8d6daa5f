/**
 * A layout that a table cannot be worked on with any more: a field renamed or taken off it, of another type, the layout itself gone.
 *
 *   R7, R8  The table halts on that server, before anything is read or written there with it; the others go on, and so do the
 *           other tables of the server. Nobody has to answer: whoever looks at the layout and finds it in order ends the halt.
 *           A table that is halted for something else, and whose answer cannot be carried out for it, tells so.
 */
import { type Drift, type Halt, newHalt } from '../core/halt.ts';
import type { ServerName, TableName } from '../core/names.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Engine, Place } from './engine.ts';
import { endHalt, raise } from './raise.ts';

type Ports = Pick<Engine, 'control' | 'clock' | 'report'>;
type Named = { readonly table: TableName; readonly server: ServerName };

export async function raiseDrift(ports: Ports, { table, server }: Named, drift: Drift): Promise<void> {
  const standing = await ports.control.halt(table, server);
  if (standing && waits(standing)) return tellHindered(ports, standing, drift);
  const placed = { table, server, kind: 'schema-drift', at: ports.clock.now() } as const;
  await raise(ports, newHalt(placed, { examples: [], ...seenOf(drift) }));
}

/** For the layout to be as it was, before its answer is carried out or its file is known to be the same. */
const waits = ({ kind, answer }: Halt): boolean =>
  kind === 'moved' || (answer !== undefined && kind !== 'schema-drift');

/** Once for what is seen. */
async function tellHindered({ control, report }: Ports, halt: Halt, drift: Drift): Promise<void> {
  const seen = seenOf(drift);
  if (JSON.stringify(seen) === JSON.stringify(halt.drift)) return;
  if (!(await control.putHalt({ ...halt, rev: halt.rev + 1, drift: seen }))) return;
  const { table, server, id } = halt;
  report({ kind: 'halted', why: 'schema-drift', table, server, id, ...seen });
}

const seenOf = ({ layoutMissing, missing, changed }: Drift): Pick<Halt, 'figures' | 'fields'> => ({
  figures: { layout: layoutMissing ? 1 : 0, missing: missing.length, changed: changed.length },
  fields: [...missing, ...changed],
});

/** `halted`: still so; what is otherwise by now is put down in the halt, and an answer is taken as carried out. */
export async function endIfMended(
  engine: Engine,
  place: Place,
  halt: Halt,
  signal: AbortSignal,
): Promise<'done' | 'halted'> {
  const drift = await engine.driftOf(place.plan.name, place.link.server, signal);
  if (drift === undefined) {
    await endHalt(engine, halt);
    return 'done';
  }
  const { answer, ...rest } = { ...halt, ...seenOf(drift) };
  const isNews = answer !== undefined || JSON.stringify(seenOf(drift)) !== JSON.stringify(seenIn(halt));
  if (isNews) await engine.control.putHalt({ ...rest, rev: halt.rev + 1 });
  return 'halted';
}

const seenIn = ({ figures, fields }: Halt): Pick<Halt, 'figures' | 'fields'> => ({
  figures,
  ...(fields && { fields }),
});

/** Work with a table on a server. Where its layout turns out to be otherwise the table halts there, and nothing is thrown. */
export async function orHalt<Result>(
  engine: Engine,
  place: Place,
  work: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | 'halted'> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServerError) || error.disposition !== 'configuration') throw error;
    const { plan, link } = place;
    const drift = await engine.driftOf(plan.name, link.server, signal);
    if (drift === undefined) throw error;
    await raiseDrift(engine, { table: plan.name, server: link.server }, drift);
    return 'halted';
  }
}
