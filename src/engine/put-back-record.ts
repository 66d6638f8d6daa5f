/**
 * One record is put back to an earlier state: stored like a person's choice, in the order of hand-over.ts.
 *
 *   R2  Every receiver has its row before the head that leaves it behind.
 *   R5  What it replaces is kept before it is replaced, so that it can be taken back in the same way.
 */
import { withoutAttempt } from '../core/choice.ts';
import { choiceIn, type Conflict } from '../core/conflict.ts';
import type { Head } from '../core/head.ts';
import type { Content } from '../core/history.ts';
import type { TablePlan } from '../core/link.ts';
import type { EpochMs, Key } from '../core/names.ts';
import { type PutBack, putBack } from '../core/put-back.ts';
import { RecordBusy } from './choose.ts';
import { handOver, type Handing } from './hand-over.ts';
import { contentAt, type Past, pastOf } from './past.ts';

export type WantedState = {
  readonly plan: TablePlan;
  readonly key: Key;
  /** What it held after this version; absent: what a deleted record held when it was deleted. */
  readonly version?: number;
};

export type PutBackRefusal =
  /** Nothing is known of the record. */
  | { readonly why: 'no-record' }
  /** No version is named, and it is not deleted. */
  | { readonly why: 'which-version'; readonly head: Head }
  | { readonly why: 'not-yet'; readonly head: Head }
  /** What it held then is not known any more; `past`: what is. */
  | { readonly why: 'not-kept'; readonly past: Past }
  /** What it held was forgotten after it was deleted. */
  | { readonly why: 'forgotten' }
  /** In that state it was deleted. */
  | { readonly why: 'deleted-then' }
  /** `deletes: ignore`: nothing that is gone is made again. */
  | { readonly why: 'deletes-ignored' };

export type PutBackOutcome =
  | ({ readonly kind: 'refused' } & PutBackRefusal)
  /** It holds all of that already. */
  | { readonly kind: 'same'; readonly head: Head }
  | ({ readonly kind: 'put-back'; readonly before: Head; readonly target: Content } & PutBack);

type Looking = Pick<Handing, 'records' | 'control' | 'clock'>;

/** Heads that others store meanwhile: each attempt is over in moments. */
const mostAttempts = 20;

/** What putting it back would do. Stores nothing. */
export const planPutBack = (
  { records, control, clock }: Looking,
  wanted: WantedState,
): Promise<PutBackOutcome> => planned({ records, control }, wanted, clock.now());

/** Throws RecordBusy, and what the state throws. */
export async function putBackRecord(engine: Handing, wanted: WantedState): Promise<PutBackOutcome> {
  const at = engine.clock.now();
  let attempted: readonly Conflict[] = [];
  await settleLeft(engine, wanted);
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const outcome = await planned(engine, wanted, at);
    if (outcome.kind !== 'put-back') {
      if (attempted.length > 0) await engine.control.putConflicts(attempted);
      return outcome;
    }
    attempted = outcome.rows.map((row) => withoutAttempt(row, at));
    if (await store(engine, wanted, outcome, at)) return outcome;
  }
  throw new RecordBusy();
}

async function planned(
  { records, control }: Pick<Handing, 'records' | 'control'>,
  { plan, key, version }: WantedState,
  at: EpochMs,
): Promise<PutBackOutcome> {
  const head = (await records.heads(plan.name, [key])).get(key);
  if (head === undefined) return { kind: 'refused', why: 'no-record' };
  if (plan.deletes === 'ignore' && head.deleted) return { kind: 'refused', why: 'deletes-ignored' };
  if (head.deleted?.bare) return { kind: 'refused', why: 'forgotten' };
  const target = await targetOf(control, head, version);
  if ('why' in target) return { kind: 'refused', ...target };
  const waiting = Object.values(head.fields).flatMap(({ held }) => held?.conflicts ?? []);
  const kept = waiting.length === 0 ? [] : await control.conflictsById(waiting);
  const rows = kept.map((row) => withoutAttempt(row, at));
  const done = putBack({ plan, head, target, rows, at });
  return done === undefined ? { kind: 'same', head } : { kind: 'put-back', before: head, target, ...done };
}

async function targetOf(
  control: Handing['control'],
  head: Head,
  version: number | undefined,
): Promise<Content | PutBackRefusal> {
  if (version === undefined) return head.deleted ? held(head) : { why: 'which-version', head };
  if (version > head.version) return { why: 'not-yet', head };
  const past = await pastOf(control, head, { above: version });
  const content = contentAt(past, head, version);
  if (content === undefined) return { why: 'not-kept', past };
  return content.deleted ? { why: 'deleted-then' } : content;
}

/** A tombstone keeps it. */
const held = ({ fields, createOnly }: Head): Content => ({ fields, createOnly });

/** False where the head was stored by another meanwhile. */
async function store(
  engine: Handing,
  { plan, version }: WantedState,
  { before, head, rows, settled }: Extract<PutBackOutcome, { kind: 'put-back' }>,
  at: EpochMs,
): Promise<boolean> {
  const merged = { head, changed: true, stored: true, lost: rows };
  const cause = { kind: 'put-back', ...(version !== undefined && { to: version }) } as const;
  const move = { key: head.key, before, cause, changedAt: at, merged, replica: undefined };
  const again = await handOver(engine, { plan }, [move], at);
  if (again.size > 0) return false;
  await engine.control.putConflicts(settled);
  return true;
}

/** What a person's earlier choice about the record settled, but is still listed as open since that process died. */
async function settleLeft({ records, control }: Handing, { plan, key }: WantedState): Promise<void> {
  const open = (await control.conflictsOf(plan.name, key)).filter((row) => row.open && choiceIn(row));
  if (open.length === 0) return;
  const fields = (await records.heads(plan.name, [key])).get(key)?.fields ?? {};
  const over = open.filter(({ field, id }) => !fields[field]?.held?.conflicts.includes(id));
  await control.putConflicts(over.map(({ open: _open, ...row }) => row));
}
