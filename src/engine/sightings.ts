/**
 * What the records of one ingest told besides their content: how many were what, and which clock stamped them.
 *
 * Two clocks show here. Our own write, read again, was stamped between its request and its answer: that is the
 * server's stamping clock. A record that changed after we read it, stamped before that reading, was stamped by a
 * clock that is behind.
 */
import type { Replica } from '../core/head.ts';
import { type Interval, intersect, interval, width } from '../core/interval.ts';
import type { FieldName, Key, ServerName } from '../core/names.ts';
import type { Base, Observation, Verdict } from '../core/observation.ts';
import type { Place } from './engine.ts';
import type { SeenMove } from './seen-move.ts';
import type { LinkClock } from './link-clock.ts';
import { type FileWatch, Signs } from './restored.ts';

export class Sightings {
  readonly place: Place;
  readonly clock: LinkClock;
  changed = 0;
  /** When, by their stamps. */
  readonly changedAt: Interval[] = [];
  echoes = 0;
  stale = 0;
  /** The table halts here: nothing of these records counted. */
  halted = false;
  /** What the rows say of the file that they are in. */
  signs: Signs;
  conflicts = 0;
  held = 0;
  paired = 0;
  parked = 0;
  /** Those that kept moving: what was read of them is put down nowhere. */
  readonly unsettled = new Set<Key>();
  /** Of those parked, the ones that cannot go on without a file: what was read of them is put down nowhere. */
  readonly withoutFile = new Set<Key>();
  /** What the stamping clock can be off by, from own writes read again. */
  stamping: Interval | undefined;
  /** The worst that a user's clock was seen behind, ms. */
  behindMs = 0;
  readonly rewritten = new Map<FieldName, number>();
  /** Fields that another server sets again too, by it and its name: they are held. */
  readonly endless = new Map<string, { field: FieldName; other: ServerName; records: number }>();

  readonly isStamped: boolean;
  readonly #watch: FileWatch | undefined;

  /** `isStamped`: false where records changed without their stamps, which then say nothing of any clock. */
  constructor(place: Place, clock: LinkClock, isStamped = true, watch?: FileWatch) {
    this.place = place;
    this.clock = clock;
    this.isStamped = isStamped;
    this.#watch = watch;
    this.signs = new Signs(watch);
  }

  /** What was found of the file since the last call. */
  takeSigns(): Signs {
    const { signs } = this;
    this.signs = new Signs(this.#watch);
    return signs;
  }

  counts(): Pick<Sightings, 'changed' | 'echoes' | 'stale' | 'conflicts' | 'paired' | 'held'> {
    const { changed, echoes, stale, conflicts, paired, held } = this;
    return { changed, echoes, stale, conflicts, paired, held };
  }

  /** The records whose merge took effect. */
  merged(moves: readonly SeenMove[]): void {
    for (const { pending, base, merged } of moves) {
      if (merged.changed) {
        this.changed += 1;
        this.changedAt.push(pending.seen.changedAt);
      }
      const met = merged.lost.filter((loser) => loser.kind === 'first-meeting').length;
      this.paired += met;
      this.held += merged.lost.filter(({ open }) => open).length;
      this.conflicts += merged.lost.length - met;
      for (const { field, rule, winner } of merged.lost)
        if (rule === 'rewritten') this.#addEndless(field, winner.server);
      if (base && this.isStamped)
        this.behindMs = Math.max(this.behindMs, behindBy(pending.seen, base, this.clock));
    }
  }

  #addEndless(field: FieldName, other: ServerName): void {
    const name = JSON.stringify([field, other]);
    const before = this.endless.get(name)?.records ?? 0;
    this.endless.set(name, { field, other, records: before + 1 });
  }
}

export function sight(
  sightings: Sightings,
  seen: Observation,
  verdict: Verdict,
  replica: Replica | undefined,
): void {
  if (verdict.kind === 'stale') sightings.stale += 1;
  if (verdict.kind === 'echo') sightings.echoes += 1;
  if (verdict.kind === 'rewritten') {
    for (const field of verdict.fields) {
      sightings.rewritten.set(field, (sightings.rewritten.get(field) ?? 0) + 1);
    }
  }
  const ours = verdict.kind === 'echo' || verdict.kind === 'rewritten';
  if (ours && replica?.own && sightings.isStamped && sightings.place.link.stampedBy === 'host')
    stamped(sightings, seen, replica);
}

function stamped(sightings: Sightings, seen: Observation, replica: Replica): void {
  // A stamp in the hour that local time shows twice says nothing about the clock.
  if (seen.shown === undefined || width(seen.shown) > 1000) return;
  if (replica.until <= sightings.clock.steppedAt) return;
  const offset = interval(seen.shown.lo - replica.until, seen.shown.hi - replica.at);
  const both = sightings.stamping && intersect(sightings.stamping, offset);
  sightings.stamping = both ?? offset;
}

function behindBy(seen: Observation, base: Base, clock: LinkClock): number {
  if (seen.shown === undefined || seen.modId <= base.modId) return 0;
  return Math.max(0, base.at - (seen.shown.hi - clock.offset.lo));
}
