/** One writer's hold on a batch row, and what became of each key in it so far. */
import type { BatchRow, Sending } from '../core/batch.ts';
import type { EpochMs, Key } from '../core/names.ts';
import type { WriteOutcome } from '../ports/server.ts';
import type { Engine } from './engine.ts';

const nameOf = (key: Key, at: EpochMs): string => `${at} ${key}`;

export class RowWork {
  readonly row: BatchRow;
  /** The row's rev as this writer last wrote it; every further step is conditional on it. */
  rev: number;
  /** Another writer has the row: this one writes nothing more. */
  fenced = false;
  /** Every key is settled one way or another. */
  finished = false;
  /** Keys whose state on the server is not known for certain: an earlier request may have taken effect. */
  readonly unresolved: Set<Key>;
  readonly locked = new Set<Key>();
  /** Keys that a create may still come into being for, with the instant until which it may. */
  readonly settling = new Map<Key, EpochMs>();
  created = 0;
  updated = 0;
  parked = 0;
  readonly #settled = new Set<Key>();
  readonly #delivered: Key[] = [];
  readonly #lookedAgain = new Set<Key>();
  readonly #harmless = new Set<string>();

  constructor(row: BatchRow) {
    this.row = row;
    this.rev = row.rev;
    this.unresolved = new Set(row.sending.map((sending) => sending.key));
  }

  get written(): number {
    return this.created + this.updated;
  }

  /** Keys that still need work in this attempt. */
  get open(): readonly Key[] {
    return this.row.keys
      .map(({ key }) => key)
      .filter((key) => !this.#settled.has(key) && !this.locked.has(key) && !this.settling.has(key));
  }

  /** The key needs nothing more from this row. */
  settle(key: Key): void {
    this.#settled.add(key);
  }

  /** The write took effect. With its replica stored the key is done: a head that moved since has a row of its own. */
  wrote(key: Key, kind: 'create' | 'update', replicaStored: boolean): void {
    this[kind === 'create' ? 'created' : 'updated'] += 1;
    if (!replicaStored) return;
    this.#delivered.push(key);
    this.settle(key);
  }

  /** Puts down what is about to be written; false, and fenced, where another writer took the row. */
  async announce(engine: Engine, sending: readonly Sending[]): Promise<boolean> {
    const rev = await engine.control.appendSending(this.row.id, this.rev, sending);
    this.fenced = rev === undefined;
    this.rev = rev ?? this.rev;
    for (const entry of sending) this.#harmless.add(nameOf(entry.key, entry.at));
    return !this.fenced;
  }

  /** Sends one announced write; while its end is not known, its announcement counts against other creates. */
  async whileSending(
    key: Key,
    announcedAt: EpochMs,
    send: () => Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    this.#harmless.delete(nameOf(key, announcedAt));
    const outcome = await send();
    if (outcome.kind !== 'unknown') this.#harmless.add(nameOf(key, announcedAt));
    return outcome;
  }

  /** This writer announced it, and it was not sent or its end is known. */
  isHarmless({ batch, key, at }: Sending): boolean {
    return batch === this.row.id && this.#harmless.has(nameOf(key, at));
  }

  /** True the first time that it is asked for a key: look whether the record is there by now. */
  mayBeThere(key: Key): boolean {
    const first = !this.#lookedAgain.has(key);
    this.#lookedAgain.add(key);
    return first;
  }

  /** Keys that are in step with their heads, once the work is finished. */
  get inStep(): readonly Key[] {
    return this.finished ? [...this.#delivered, ...this.open] : [];
  }
}
