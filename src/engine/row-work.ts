/** One writer's hold on a batch row, and what became of each key in it so far. */
import type { BatchRow, Sending } from '../core/batch.ts';
import type { Digests } from '../core/digest.ts';
import type { Replica } from '../core/head.ts';
import type { EpochMs, FieldName, Key, TableName } from '../core/names.ts';
import type { WriteOutcome } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Engine } from './engine.ts';
import type { Write } from './sending.ts';

/**
 * What this writer announced, and what is known of its end: `unsent` too where the server took nothing; `unseen` where it says so, but
 * may have taken it just before; when the answer was lost.
 */
type Announced = {
  readonly entry: Sending;
  end: 'unsent' | 'under way' | 'unseen' | 'written';
  lostAt?: EpochMs;
};

const counters = { create: 'created', update: 'updated', remove: 'removed' } as const;

const nameOf = ({ key, at }: Pick<Sending, 'key' | 'at'>): string => `${at} ${key}`;

export class RowWork {
  readonly row: BatchRow;
  /** The row's rev as this writer last wrote it; every further step is conditional on it. */
  rev: number;
  /** Another writer has the row: this one writes nothing more. */
  fenced = false;
  /** The table halts on this server: nothing more is written. */
  halted = false;
  /** The server is being asked for the first time. */
  asking = false;
  /** It was asked for something, and answered. */
  asked = false;
  /** Every key is settled one way or another. */
  finished = false;
  /** Keys whose state on the server is not known for certain: an earlier request may have taken effect. */
  readonly unresolved: Set<Key>;
  readonly locked = new Set<Key>();
  /** Of those, the ones that wait for their parent, with its table. */
  readonly awaiting = new Map<Key, TableName>();
  /** Keys that a create may still come into being for, with the instant until which it may. */
  readonly settling = new Map<Key, EpochMs>();
  created = 0;
  updated = 0;
  removed = 0;
  parked = 0;
  readonly #settled = new Set<Key>();
  readonly #delivered: Key[] = [];
  readonly #lookedAgain = new Set<Key>();
  readonly #seen = new Set<Key>();
  readonly #withoutFile = new Set<Key>();
  readonly #refusedFiles = new Map<Key, ReadonlySet<FieldName>>();
  readonly #unclear = new Set<Key>();
  readonly #announced = new Map<string, Announced>();

  constructor(row: BatchRow) {
    this.row = row;
    this.rev = row.rev;
    this.unresolved = new Set(row.sending.map((sending) => sending.key));
  }

  get written(): number {
    return this.created + this.updated + this.removed;
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

  /** The file cannot be put there, and the record is parked for it; its other files may go all the same. */
  refuseFile(key: Key, field: FieldName): void {
    this.#refusedFiles.set(key, new Set([...this.refusedFilesOf(key), field]));
  }

  refusedFilesOf(key: Key): ReadonlySet<FieldName> {
    return this.#refusedFiles.get(key) ?? new Set();
  }

  /** The record was refused, or would be, while its parent is on its way. */
  waitFor(key: Key, parent: TableName): void {
    this.locked.add(key);
    this.awaiting.set(key, parent);
  }

  /**
   * The write took effect. `isDone`: the key needs no further look. One that was there before does: the head may have gone
   * back meanwhile to what the server held then, and who worked on the row for that found it in step.
   */
  wrote(key: Key, kind: Write['kind'], isDone: boolean): void {
    this[counters[kind]] += 1;
    if (!isDone) return;
    this.#delivered.push(key);
    this.settle(key);
  }

  /** Puts down what is about to be written; false, and fenced, where another writer took the row. */
  async announce(engine: Engine, sending: readonly Sending[]): Promise<boolean> {
    this.#follow(await engine.control.appendSending(this.row.id, this.rev, sending));
    if (this.fenced) return false;
    for (const entry of sending) this.#announced.set(nameOf(entry), { entry, end: 'unsent' });
    return true;
  }

  /** Sends one announced write; while its end is not known, its announcement counts against other creates. */
  async whileSending(
    key: Key,
    announcedAt: EpochMs,
    send: () => Promise<WriteOutcome>,
    now: () => EpochMs,
  ): Promise<WriteOutcome> {
    const announced = this.#announced.get(nameOf({ key, at: announcedAt }));
    if (announced === undefined) throw new Error('a write was sent that was not announced');
    announced.end = 'under way';
    const outcome = await this.#ending(announced, send);
    if (outcome.kind === 'unknown' && outcome.isOver !== true) announced.lostAt = now();
    else announced.end = endOf(outcome);
    return outcome;
  }

  /** What is thrown as the server's fault was not written. */
  async #ending(announced: Announced, send: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
    try {
      return await send();
    } catch (error) {
      if (error instanceof ServerError) announced.end = 'unsent';
      throw error;
    }
  }

  /** When its answer was lost, where this writer sent it: an answer may be waited for longer than a request to leave. */
  lostAt(sending: Sending): EpochMs {
    return (sending.batch === this.row.id && this.#announced.get(nameOf(sending))?.lostAt) || 0;
  }

  /** The record holds other values than were announced: the request that was answered so had not been done before. */
  compare(key: Key, digests: Digests): void {
    for (const announced of this.#announced.values()) {
      const { entry, end } = announced;
      // Of a file that was not read nothing is said.
      const isOther = Object.entries(entry.digests).some(
        ([field, digest]) => digests[field] !== undefined && digests[field] !== digest,
      );
      if (entry.key === key && end === 'unseen' && isOther) announced.end = 'unsent';
    }
  }

  /** The record was looked up, and what it holds is put down: an answer that left it open is no matter any more. */
  looked(key: Key): void {
    this.#seen.add(key);
    this.unresolved.delete(key);
    for (const announced of this.#announced.values())
      if (announced.entry.key === key && announced.end === 'unseen') announced.end = 'unsent';
  }

  /** By what is known in the end. */
  setWithoutFile(replicas: ReadonlyMap<Key, Replica>): void {
    for (const { key, unread } of replicas.values()) if (unread !== undefined) this.#withoutFile.add(key);
  }

  /** A file of it could not be taken from the server: it is in step in all else, and stays parked. */
  isWithoutFile(key: Key): boolean {
    return this.#withoutFile.has(key);
  }

  /** Its state on the server was looked up by this writer, and is put down. */
  hasSeen(key: Key): boolean {
    return this.#seen.has(key);
  }

  /** This writer announced it, and it was not sent or its end is known. */
  isHarmless(sending: Sending): boolean {
    const announced = sending.batch === this.row.id ? this.#announced.get(nameOf(sending)) : undefined;
    return announced !== undefined && announced.end !== 'under way';
  }

  /**
   * Withdraws what is known not to have been written: a user may set that very value (R4). At the end of the work, what
   * was written too, since its replica tells of it.
   */
  async withdraw(engine: Engine, which: 'unwritten' | 'ended'): Promise<void> {
    if (this.fenced) return;
    const isOver = ({ entry, end }: Announced): boolean =>
      end === 'unsent' || (which === 'ended' && end === 'written' && !this.unresolved.has(entry.key));
    const over = [...this.#announced.values()].filter(isOver).map(({ entry }) => entry);
    if (over.length === 0) return;
    this.#follow(await engine.control.withdrawSending(this.row.id, this.rev, over));
    for (const entry of over) this.#announced.delete(nameOf(entry));
  }

  /** What was announced for a key and is not withdrawn. */
  leftOf(key: Key): readonly Sending[] {
    const mine = [...this.#announced.values()].map(({ entry }) => entry);
    return [...this.row.sending, ...mine].filter((entry) => entry.key === key);
  }

  #follow(rev: number | undefined): void {
    this.fenced = rev === undefined;
    this.rev = rev ?? this.rev;
  }

  /** An update's answer was lost: it is sent once more at once, and then not before it can have no late effect. */
  unclear(key: Key, settledAt: EpochMs): void {
    this.unresolved.add(key);
    if (this.#unclear.has(key)) this.settling.set(key, settledAt);
    this.#unclear.add(key);
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

/**
 * A proxy may have repeated the request: then it was done once, and what is answered is the second time's. So a record that is
 * otherwise than we knew, or whose key is there, may be as it is by our own request, and the announcement stays until it was looked up (R4).
 */
function endOf(outcome: WriteOutcome): Announced['end'] {
  if (['written', 'removed', 'unknown'].includes(outcome.kind)) return 'written';
  const mayBeOurs = outcome.kind === 'moved' || (outcome.kind === 'refused' && outcome.code === '504');
  return mayBeOurs ? 'unseen' : 'unsent';
}
