/**
 * What became of each value that a person entered: whether it stands, was replaced by who saw it, or is kept.
 *
 *   void      An entry that nobody can have seen when its row went: the row was deleted by a person before the value was on any
 *             other server, or by the sync, after it had read the row for the last time (the stated exception of R3).
 *   settled   On a server that receives, in a field that does not wait for a person.
 */
import type { Ending, ServerEnding } from './ending.ts';
import { isIn, regionIn } from './regions.ts';
import type { Edit, Entry, Ledger, Removal, Shown } from './ledger.ts';

export class Traces {
  readonly ledger: Ledger;
  readonly ending: Ending;
  readonly receivers: readonly ServerEnding[];
  readonly senders: ReadonlySet<string>;
  /** Keys of records that a server which sends has, or that the sync knows: all others stay where they are. */
  readonly sharedKeys: readonly string[];
  readonly openIds: ReadonlySet<string>;
  readonly #openFields: ReadonlySet<string>;
  readonly #keptValues: ReadonlySet<string>;
  readonly #removals: ReadonlyMap<string, Removal>;
  readonly #rows: ReadonlyMap<string, ReadonlyMap<string, readonly Shown[]>>;
  readonly #replacedAt: ReadonlyMap<string, readonly Entry[]>;
  readonly #order: ReadonlyMap<Entry, number>;
  /** By key, how many entries there were when it was forgotten last. */
  readonly #forgottenUpTo: ReadonlyMap<string, number>;

  constructor(ledger: Ledger, ending: Ending) {
    this.ledger = ledger;
    this.ending = ending;
    const { servers, kept } = ending;
    this.receivers = servers.filter(({ role }) => role !== 'send');
    this.senders = new Set(servers.filter(({ role }) => role !== 'receive').map(({ name }) => name));
    this.#rows = new Map(
      servers.map(({ name, rows }) => [name, Map.groupBy(rows, ({ values }) => values['id'] ?? '')]),
    );
    const there = servers
      .filter(({ name }) => this.senders.has(name))
      .flatMap(({ rows }) => rows.map(({ values }) => values['id'] ?? ''));
    this.sharedKeys = [...new Set([...there, ...ending.heads.keys()])].toSorted();
    const open = kept.filter(({ isOpen }) => isOpen);
    this.openIds = new Set(open.map(({ id }) => id));
    this.#openFields = new Set(open.map(({ key, field }) => nameOf(key, field)));
    this.#keptValues = new Set(kept.map(({ key, field, value }) => nameOf(key, field, value)));
    this.#removals = new Map(ledger.removals.map((removal) => [removal.row, removal]));
    this.#order = new Map(ledger.entries.map((entry, at) => [entry, at]));
    this.#forgottenUpTo = new Map(ledger.forgotten.map(({ key, entries: count }) => [key, count]));
    this.#replacedAt = Map.groupBy(ledger.entries, ({ key, field, replaced = '' }) =>
      nameOf(key, field, replaced),
    );
  }

  rowsOn({ name }: Pick<ServerEnding, 'name'>, key: string): readonly Shown[] {
    return this.#rows.get(name)?.get(key) ?? [];
  }

  /** What counts of it there: what stays on a server outside its share is no matter any more. */
  rowsIn(server: ServerEnding, key: string): readonly Shown[] {
    return this.isIn(server, key) ? this.rowsOn(server, key) : [];
  }

  /** Whether the record belongs on that server. */
  isIn(server: ServerEnding, key: string): boolean {
    return (
      !this.#isApart(server, key) && isIn(server, regionIn(this.ending, key, this.isHeld(key, 'amount')))
    );
  }

  /** What was kept outside a share, deleted elsewhere and forgotten stays there as it is, and nothing else tells of it. */
  #isApart({ share }: ServerEnding, key: string): boolean {
    const isGone = this.ending.heads.get(key)?.deleted !== undefined;
    return isGone && this.#forgottenUpTo.has(key) && share?.leave === 'keep';
  }

  serverOf(name: string): ServerEnding | undefined {
    return this.ending.servers.find((server) => server.name === name);
  }

  /** What is edited there may be of no account: the record may have left the share. */
  #isKeeping(name: string): boolean {
    return this.serverOf(name)?.share?.leave === 'keep';
  }

  isShared(key: string): boolean {
    return this.sharedKeys.includes(key);
  }

  /** Where deletes are ignored a record stays away from where a person deleted it. */
  mayLack({ name }: Pick<ServerEnding, 'name'>, key: string): boolean {
    const deletedThere = this.ledger.removals.some(
      (one) => one.by === 'person' && one.server === name && one.key === key,
    );
    return this.ending.deletes === 'ignore' && deletedThere;
  }

  /** With `merge: record` a record waits as a whole. */
  isHeld(key: string, field: string): boolean {
    if (this.#openFields.has(nameOf(key, field))) return true;
    return (
      this.ending.merge === 'record' &&
      this.ending.fields.some((other) => this.#openFields.has(nameOf(key, other)))
    );
  }

  isSettled(key: string, field: string, value: string): boolean {
    return !this.isHeld(key, field) && this.#isThere(key, field, value);
  }

  #isThere(key: string, field: string, value: string): boolean {
    return this.receivers.some((server) =>
      this.rowsIn(server, key).some((row) => row.values[field] === value),
    );
  }

  /** Nothing is promised of it any more: an administrator had its record forgotten afterwards. */
  isForgotten(entry: Entry): boolean {
    const at = this.#order.get(entry) ?? Number.POSITIVE_INFINITY;
    return at < (this.#forgottenUpTo.get(entry.key) ?? 0);
  }

  isKept({ key, field, value }: Pick<Entry, 'key' | 'field' | 'value'>): boolean {
    return this.#keptValues.has(nameOf(key, field, value));
  }

  isVoid({ server, row, modId, value }: Entry): boolean {
    const removal = this.#removals.get(row);
    if (removal === undefined) return false;
    if (removal.by === 'person') return !this.ledger.wasElsewhere(server, value);
    return removal.readAt !== undefined && modId > removal.readAt;
  }

  /** Entries in place of what the person saw there, which therefore never comes back. */
  get finalReplacements(): readonly Entry[] {
    return this.ledger.entries.filter(
      (entry) =>
        this.#isReplacement(entry) &&
        !this.isVoid(entry) &&
        !this.isForgotten(entry) &&
        !this.#isKeeping(entry.server),
    );
  }

  /** Edits of records that counted as a whole: as it was before it is not to come back. */
  get finalEdits(): readonly Edit[] {
    return this.ledger.edits.filter(
      ({ server, entries }) =>
        this.senders.has(server) &&
        !this.#isKeeping(server) &&
        !entries.every((entry) => this.isVoid(entry) || this.isForgotten(entry)),
    );
  }

  /** On a server whose edits count. */
  #isReplacement(entry: Entry): boolean {
    return (entry.replaced ?? '') !== '' && this.senders.has(entry.server);
  }

  /** By whom the value was seen and another one put in its place. */
  replacedBy({ key, field, value }: Entry): readonly Entry[] {
    const by = this.#replacedAt.get(nameOf(key, field, value)) ?? [];
    return by.filter((one) => this.#isReplacement(one));
  }

  hasTrace(entry: Entry): boolean {
    if (entry.value === '' || this.isKept(entry) || this.isVoid(entry) || this.isForgotten(entry))
      return true;
    return this.senders.has(entry.server) ? this.#hasTraceOfSender(entry) : this.#hasTraceOfReceiver(entry);
  }

  #hasTraceOfSender(entry: Entry): boolean {
    const { key, field, value } = entry;
    if (this.#stands(key, field, value) || this.replacedBy(entry).length > 0) return true;
    if (this.#waits(entry) || this.#isInHead(entry) || this.#wasDeletedBySight(entry)) return true;
    const server = this.serverOf(entry.server);
    return server !== undefined && this.#isApart(server, key) && this.#isOn(server, entry);
  }

  #isOn(server: ServerEnding, { key, field, value }: Entry): boolean {
    return this.rowsOn(server, key).some((row) => row.values[field] === value);
  }

  /** In a field that does not wait itself: of a record that waits as a whole, what is the same everywhere stands. */
  #stands(key: string, field: string, value: string): boolean {
    return !this.#openFields.has(nameOf(key, field)) && this.#isThere(key, field, value);
  }

  /** A person may choose it: the server, or one that is never written, may have lost it meanwhile. */
  #waits({ key, field, value }: Entry): boolean {
    const { held } = this.ending.heads.get(key)?.fields[field] ?? {};
    return (
      this.isHeld(key, field) && Object.values(held?.candidates ?? {}).some((one) => one.value === value)
    );
  }

  /** A tombstone keeps all that the record held, what waited included; so does one that is ignored. */
  #isInHead({ key, field, value }: Entry): boolean {
    const head = this.ending.heads.get(key);
    const stands = head?.fields[field];
    if (stands === undefined || !(head?.deleted || this.ending.deletes === 'ignore')) return false;
    return (
      stands.value === value ||
      Object.values(stands.held?.candidates ?? {}).some((one) => one.value === value)
    );
  }

  /**
   * A person deleted it who saw it, and another record with that key, which never showed it, took the place of what was kept: nothing more
   * is promised of it.
   */
  #wasDeletedBySight({ key, value }: Entry): boolean {
    const others = this.ledger.made.filter((one) => one.key === key && this.senders.has(one.server));
    const isReplaced = others.some(({ row }) => !this.ledger.hasShown(row, value));
    return isReplaced && this.deletionsBySight(key, value).length > 0;
  }

  deletionsBySight(key: string, value: string): readonly Removal[] {
    return this.ledger.removals.filter(
      (one) =>
        one.by === 'person' &&
        one.key === key &&
        this.senders.has(one.server) &&
        this.ledger.hasShown(one.row, value),
    );
  }

  /** A person made a record with that key, on a server whose edits count, after that. */
  wasMadeAnew(key: string, after: number): boolean {
    return this.ledger.made.some((one) => one.key === key && one.at > after && this.senders.has(one.server));
  }

  /** On a server that only receives a value gives way, and is kept; until the sync comes it stands. */
  #hasTraceOfReceiver({ server, row, key, field, value, modId }: Entry): boolean {
    if (!this.isShared(key)) return true;
    const later = this.ledger.entries.some(
      (one) => one.row === row && one.field === field && one.modId > modId && one.replaced === value,
    );
    const removal = this.#removals.get(row);
    return (
      later ||
      removal?.by === 'person' ||
      this.rowsOn({ name: server }, key).some((one) => one.values[field] === value && this.isHeld(key, field))
    );
  }
}

export const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);
