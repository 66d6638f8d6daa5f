/** What it takes to put all rows of a table down, once it is said how: its place is in the halt, and each row is put down under conditions. */
import type { Halt } from '../core/halt.ts';
import type { EpochMs, FieldName, Key } from '../core/names.ts';
import type { RowSet } from '../core/sweep.ts';
import type { Engine, Place } from './engine.ts';
import { handOver, type Move } from './hand-over.ts';
import { loadKnown } from './ingest.ts';
import type { LinkClock } from './link-clock.ts';
import type { Pace } from './meet.ts';
import type { KnownRecord, Side } from './restored-moves.ts';

export type Settling = {
  readonly engine: Engine;
  readonly place: Place;
  readonly halt: Halt;
  /** Which is right by the person's answer. */
  readonly side: Side;
  readonly pace: Pace;
  readonly signal: AbortSignal;
};

export type Work = Omit<Settling, 'halt'> & {
  readonly clock: LinkClock;
  readonly rows: RowSet;
  readonly startedAt: number;
  readonly fields: readonly FieldName[];
  /** Of the listing, that are stored. */
  parts: number;
  /** As this process last stored it. */
  halt: Halt;
  /** Of a file that a release put there. */
  copiedAfter: EpochMs | undefined;
  /** What was found of such a file, in numbers. */
  figures: Halt['figures'];
};

/** Heads that move meanwhile are taken up again. */
export async function putDown(
  { engine, place }: Pick<Work, 'engine' | 'place'>,
  keys: readonly Key[],
  decide: (known: KnownRecord) => Move | undefined,
): Promise<void> {
  let open = [...new Set(keys)];
  while (open.length > 0) {
    const { sending, heads, replicas } = await loadKnown(engine, place, open);
    const known = [...heads].map(([key, head]): KnownRecord => {
      return { head, replica: replicas.get(key), sending: sending.get(key) ?? [] };
    });
    const moves = known.flatMap((one) => decide(one) ?? []);
    const moved = await handOver(engine, place, moves, engine.clock.now());
    open = [...moved];
  }
}
