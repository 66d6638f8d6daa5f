/**
 * A person's choice about a conflict, and its undoing: stored like what was seen on a server, in the order of hand-over.ts.
 *
 *   R2  Every receiver has its row before the head that leaves it behind.
 *   R5  What the choice replaces is kept before it is replaced.
 *
 * What waits is listed as waiting until the head that ends it is stored.
 */
import {
  concernedBy,
  type Case,
  choose,
  chosenSince,
  type Decided,
  type Keep,
  undo,
  withoutAttempt,
} from '../core/choice.ts';
import type { Conflict } from '../core/conflict.ts';
import type { Cause } from '../core/history.ts';
import type { TablePlan } from '../core/link.ts';
import type { FieldName } from '../core/names.ts';
import { handOver, type Handing } from './hand-over.ts';

export type Wanted = {
  readonly plan: TablePlan;
  /** All that is kept of one change: of one record. */
  readonly conflicts: readonly Conflict[];
  readonly only?: FieldName;
  readonly force?: boolean;
  /** `decisionsIn` the conflicts (of `only`) as they were shown to whoever chooses: what came since is not overridden unseen. */
  readonly seen?: number;
};

/** Heads that others store meanwhile: each attempt is over in moments. */
const mostAttempts = 20;

/** The record was stored by others again and again: a later try works. */
export class RecordBusy extends Error {
  readonly code = 'record-busy';
  readonly disposition = 'retry';

  constructor() {
    super('the record was changed again and again meanwhile: nothing was chosen, run it again');
    this.name = 'RecordBusy';
  }
}

/** Makes what was kept or given the value of the record. Throws RecordBusy, and what the state throws. */
export const chooseOutcome = (engine: Handing, wanted: Wanted, keep: Keep): Promise<Decided> =>
  decide(engine, wanted, { kind: 'choice' }, (of) => choose(of, keep));

/** Takes the choice in force back. */
export const undoChoice = (engine: Handing, wanted: Wanted): Promise<Decided> =>
  decide(engine, wanted, { kind: 'choice-undone' }, undo);

async function decide(
  engine: Handing,
  wanted: Wanted,
  cause: Cause,
  how: (of: Case) => Decided,
): Promise<Decided> {
  const at = engine.clock.now();
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const found = await caseOf(engine, wanted, at);
    if (found === undefined) return { kind: 'refused', why: 'no-record' };
    const { of, own } = found;
    const decided = (wanted.seen === undefined ? undefined : chosenSince(of, own, wanted.seen)) ?? how(of);
    if (decided.kind === 'refused') {
      if (attempt > 0) await engine.control.putConflicts(of.rows);
      return decided;
    }
    if (await store(engine, of, decided, cause)) return decided;
  }
  throw new RecordBusy();
}

async function caseOf(
  { control, records }: Handing,
  { plan, conflicts, only, force = false }: Wanted,
  at: number,
): Promise<{ readonly of: Case; readonly own: readonly Conflict[] } | undefined> {
  const [first] = conflicts;
  if (first === undefined) return undefined;
  const head = (await records.heads(plan.name, [first.key])).get(first.key);
  if (head === undefined || head.deleted) return undefined;
  const kept = async (ids: readonly string[]): Promise<readonly Conflict[]> =>
    (await control.conflictsById(ids)).map((row) => withoutAttempt(row, at));
  const own = await kept(conflicts.map(({ id }) => id));
  const rows = await kept(concernedBy(plan, head, own, only));
  return {
    of: { plan, head, rows, only, at, force },
    own: own.filter(({ field }) => only === undefined || field === only),
  };
}

/** False where the head was stored by another meanwhile. */
async function store(
  engine: Handing,
  { plan, head: before, at }: Case,
  { head, rows, settled }: Extract<Decided, { kind: 'decided' }>,
  cause: Cause,
): Promise<boolean> {
  const merged = { head, changed: true, stored: true, lost: rows };
  const move = { key: head.key, before, cause, changedAt: at, merged, replica: undefined };
  const again = await handOver(engine, { plan }, [move], at);
  if (again.size > 0) return false;
  await engine.control.putConflicts(settled);
  return true;
}
