/** A FileMaker Server in memory, for one table with the fields a and b: its clock is wrong, its finds may be stale. */
import type { RawStamp } from '../../../src/core/stamp.ts';
import type { Drift } from '../../../src/core/halt.ts';
import type { Values } from '../../../src/core/digest.ts';
import type {
  BulkWrite,
  Page,
  PageRange,
  ServerRecord,
  StampRange,
  WriteOutcome,
} from '../../../src/ports/server.ts';
import { ServerError } from '../../../src/ports/server-errors.ts';
import type { Scheduler } from './scheduler.ts';

/** `editedAt`: by the reference clock. */
export type Row = ServerRecord & { readonly stampMs: number; readonly editedAt: number };
export type Backup = { readonly rows: readonly Row[]; readonly nextId: number };
type Snapshot = { readonly at: number; readonly rows: readonly Row[] };

export class ModelServer {
  readonly name: string;
  offsetMs: number;
  rows: readonly Row[] = [];
  /** Earlier states, for stale finds. */
  past: Snapshot[] = [];
  writes = 0;
  finds = 0;
  /** Share of finds that answer with a state of up to `staleMs` ago. */
  stale = 0;
  staleMs = 0;
  /** Share of writes whose answer is lost. */
  lost = 0;
  /** The key field is validated as unique, as we tell people to have it. */
  unique = true;
  /** Records that fail the server's validation. */
  refuses: (key: string) => boolean = () => false;
  /** What it answers then. */
  refusalCode = '509';
  /** Records that somebody has open. */
  locked: ReadonlySet<string> = new Set();
  /** Which requests find it out of reach: `probe`, `changed`, `list`, `look-up`, with the size of the page. */
  fails: (request: string, limit?: number) => boolean = () => false;
  /** Keys that a find does not find though a record has them. */
  unfindable: ReadonlySet<string> = new Set();
  /** Keys of records that the account of the sync may not see. */
  hidden: ReadonlySet<string> = new Set();
  /** Records at which something breaks in the server: nothing is written, and the answer does not say so. */
  breaksAt: ReadonlySet<string> = new Set();
  /** Files that it gives away to nobody, by their content. */
  keepsFile: (content: string) => boolean = () => false;
  /** What the server makes of values that are written to it. */
  rewrites: (values: Values) => Values = (values) => values;
  /** A script that sets fields again after each write of the sync: a commit of its own. */
  script: ((values: Values) => Values) | undefined;
  /** What an update is answered instead, without being done. */
  onUpdate: ((key: string) => WriteOutcome | undefined) | undefined;
  /** A table of its own with a row for each record that people delete, by the key. */
  log: ModelServer | undefined;
  /** Whether our script is in its file. */
  hasScript = false;
  /** Whether its updates have no condition. */
  unconditional = false;
  /** Told of what is written over that was set there since the record was looked at, by the field. */
  onOverwritten: ((row: Row, field: string) => void) | undefined;
  /** What the sync wrote last, by record and field. */
  readonly #written = new Map<string, string>();
  /** Whether it has a layout for sweeps, and what that shows of each page instead; undefined: the same records. */
  thin = false;
  showsThin: ((page: Page) => Page) | undefined;
  /** How many records were shown with their values. */
  shownInFull = 0;
  /** How its layout is otherwise than it was; then it shows and takes no records. */
  drift: Drift | undefined;
  /** Of a log: why it does not fit the configuration, and whether it did not when its layout was last looked at. */
  mistake: Error | undefined;
  isDoubted = false;
  /** Told of each read by a recordId. */
  onRead: ((recordId: string) => void) | undefined;
  /** Told of each row that the sync deletes. */
  onRemove: ((row: Row) => void) | undefined;
  /** Told of each change, by whoever. */
  onChange:
    | ((change: { readonly before: Row | undefined; readonly after: Row | undefined }) => void)
    | undefined;
  #nextId = 1;
  readonly #world: Scheduler;

  constructor(name: string, offsetMs: number, world: Scheduler) {
    this.name = name;
    this.offsetMs = offsetMs;
    this.#world = world;
  }

  /** Throws where it is out of reach. */
  answers(request: string, limit?: number): void {
    if (this.drift !== undefined && request !== 'probe')
      throw new ServerError('field-missing', this.name, 'a field is missing');
    if (!this.fails(request, limit)) return;
    throw new ServerError('server-unreachable', this.name, `${this.name} is out of reach`);
  }

  changed(range: StampRange, page: PageRange): Page {
    this.answers('changed', page.limit);
    this.finds += 1;
    const stamped = this.#rowsAsRead().filter(({ stamp }) => stamp.kind !== 'empty');
    if (range.kind === 'none')
      return pageOf(
        this.rows.filter(({ stamp }) => stamp.kind === 'empty'),
        page,
      );
    if (range.kind !== 'wall') throw new Error('this server stamps local time');
    const { from, to = Number.POSITIVE_INFINITY } = range;
    return pageOf(
      stamped.filter(({ stampMs }) => stampMs >= from && stampMs <= to),
      page,
    );
  }

  list(page: PageRange): Page {
    this.answers('list', page.limit);
    return pageOf(
      this.#rowsAsRead().filter((row) => this.#isSeen(row)),
      page,
    );
  }

  /** By the layout for sweeps. */
  listThin(range: PageRange): Page {
    this.answers('list-thin', range.limit);
    const rows = this.#rowsAsRead().filter((row) => this.#isSeen(row));
    const { records, foundCount } = pageOf(rows, range);
    const page = { records: records.map((row) => ({ ...row, values: {} })), foundCount };
    return this.showsThin?.(page) ?? page;
  }

  lookUp(keys: readonly string[]): readonly Row[] {
    this.answers('look-up');
    const found = this.rows.filter(
      (row) => keys.includes(row.key) && !this.unfindable.has(row.key) && this.#isSeen(row),
    );
    this.shownInFull += found.length;
    return found;
  }

  read(recordId: string): Row | 'denied' | undefined {
    this.onRead?.(recordId);
    const found = this.rows.find((row) => row.recordId === recordId);
    if (found) this.shownInFull += 1;
    return found && !this.#isSeen(found) ? 'denied' : found;
  }

  #isSeen({ key }: Row): boolean {
    return !this.hidden.has(key);
  }

  create(key: string, values: Values): WriteOutcome {
    if (this.breaksAt.has(key)) return { kind: 'unknown' };
    if (this.refuses(key)) return this.#refusal();
    if (this.locked.has(key)) return { kind: 'locked', code: '301' };
    if (this.unique && this.rows.some((row) => row.key === key)) {
      return this.#answer({ kind: 'refused', code: '504', reason: 'not unique' });
    }
    this.writes += 1;
    const row = this.insert(key, this.rewrites(values));
    this.#runScript(row);
    return this.#answer({ kind: 'written', recordId: row.recordId, modId: row.modId });
  }

  update(recordId: string, modId: number, values: Values): WriteOutcome {
    const row = this.rows.find((one) => one.recordId === recordId);
    if (row === undefined) return { kind: 'missing' };
    const instead = this.onUpdate?.(row.key);
    if (instead) return instead;
    if (this.breaksAt.has(row.key)) return { kind: 'unknown' };
    if (this.refuses(row.key)) return this.#refusal();
    if (this.locked.has(row.key)) return { kind: 'locked', code: '301' };
    if (row.modId !== modId) return this.#answer({ kind: 'moved' });
    this.writes += 1;
    const after = this.edit(row, this.rewrites(values));
    this.#runScript(after);
    return this.#answer({ kind: 'written', recordId, modId: after.modId });
  }

  rowOf(recordId: string): Row | undefined {
    return this.rows.find((row) => row.recordId === recordId);
  }

  losesAnswer(): boolean {
    return this.#world.dice.chance(this.lost);
  }

  /** Where nothing is ever lost nothing hangs either. */
  hangs(): boolean {
    return this.lost > 0 && this.#world.dice.chance(0.7);
  }

  /** An update without a condition, of a record that was looked at before. */
  put({ recordId, values: looked }: Row, values: Values): WriteOutcome {
    const row = this.rowOf(recordId);
    if (row === undefined) return { kind: 'missing' };
    const instead = this.onUpdate?.(row.key);
    if (instead) return instead;
    if (this.breaksAt.has(row.key)) return { kind: 'unknown' };
    if (this.refuses(row.key)) return this.#refusal();
    if (this.locked.has(row.key)) return { kind: 'locked', code: '301' };
    this.writes += 1;
    for (const [field, value] of Object.entries(values)) {
      const before = row.values[field] ?? '';
      const isSet = before !== (looked[field] ?? '') && before !== this.#written.get(`${recordId} ${field}`);
      if (isSet && before !== value) this.onOverwritten?.(row, field);
      this.#written.set(`${recordId} ${field}`, value);
    }
    const after = this.edit(row, this.rewrites(values));
    this.#runScript(after);
    return { kind: 'written', recordId, modId: after.modId };
  }

  #runScript(row: Row): void {
    if (this.script !== undefined) this.edit(row, this.script(row.values));
  }

  remove(recordId: string): WriteOutcome {
    const row = this.rows.find((one) => one.recordId === recordId);
    if (row === undefined) return this.#answer({ kind: 'missing' });
    if (this.breaksAt.has(row.key)) return { kind: 'unknown' };
    if (this.locked.has(row.key)) return { kind: 'locked', code: '301' };
    this.writes += 1;
    this.onRemove?.(row);
    this.delete(row);
    return this.#answer({ kind: 'removed' });
  }

  /** How many of them one run of our script takes. */
  most(writes: readonly BulkWrite[]): number {
    return writes.length;
  }

  /** Our script: each by itself; at times its time is over before the last, at times its answer is lost. */
  apply(writes: readonly BulkWrite[]): readonly WriteOutcome[] {
    const { dice } = this.#world;
    const done = dice.chance(this.lost) ? dice.pick(writes.length + 1) : writes.length;
    const outcomes = writes.map((write, place): WriteOutcome => {
      if (place >= done) return { kind: 'unsent' };
      if (write.kind === 'create') return this.create(write.key, write.values);
      if (write.kind === 'update') return this.update(write.recordId, write.modId, write.values);
      const row = this.rows.find((one) => one.recordId === write.recordId);
      const isAsKnown = row?.key === write.key && row.modId === write.modId;
      return row !== undefined && !isAsKnown ? { kind: 'moved' } : this.remove(write.recordId);
    });
    return dice.chance(this.lost) ? outcomes.map(() => ({ kind: 'unknown' })) : outcomes;
  }

  backup(): Backup {
    return { rows: this.rows, nextId: this.#nextId };
  }

  /** Records, recordIds and modIds are those of the backup; ids are given out anew from there. */
  restore({ rows, nextId }: Backup): void {
    this.rows = rows;
    this.#nextId = nextId;
  }

  /** Another file: the same records, made anew in the order given. */
  renumber(order: (rows: readonly Row[]) => readonly Row[] = (rows) => rows.toReversed()): void {
    this.rows = order(this.rows).map((row, at) => ({ ...row, recordId: String(at + 1), modId: 0 }));
    this.#nextId = this.rows.length + 1;
  }

  /** By whoever. */
  delete(row: Row): void {
    this.#become(this.rows.filter((one) => one.recordId !== row.recordId));
    this.onChange?.({ before: row, after: undefined });
  }

  #refusal(): WriteOutcome {
    return { kind: 'refused', code: this.refusalCode, reason: 'it does not pass validation' };
  }

  /** A new row, by whoever. */
  insert(key: string, values: Values): Row {
    const row: Row = {
      recordId: String(this.#nextId),
      modId: 0,
      key,
      values: { a: '', b: '', ...values },
      editedAt: this.#world.now,
      ...this.#stamp(),
    };
    this.#nextId += 1;
    this.#become([...this.rows, row]);
    this.onChange?.({ before: undefined, after: row });
    return row;
  }

  /** One commit on a row, by whoever. */
  edit(row: Row, values: Values): Row {
    const after: Row = {
      ...row,
      modId: row.modId + 1,
      values: { ...row.values, ...values },
      editedAt: this.#world.now,
      ...this.#stamp(),
    };
    this.#become(this.rows.map((one) => (one.recordId === row.recordId ? after : one)));
    this.onChange?.({ before: row, after });
    return after;
  }

  /** One commit on a row that leaves its stamp as it was: an import without auto-enter. */
  importOver(row: Row, values: Values): void {
    const after: Row = { ...row, modId: row.modId + 1, values: { ...row.values, ...values } };
    this.#become(this.rows.map((one) => (one.recordId === row.recordId ? after : one)));
  }

  /** Rows that were ever made. */
  get made(): number {
    return this.#nextId - 1;
  }

  #stamp(): { stamp: RawStamp; stampMs: number } {
    const stampMs = Math.floor((this.#world.now + this.offsetMs) / 1000) * 1000;
    return { stamp: { kind: 'wall', wall: stampMs }, stampMs };
  }

  #become(rows: readonly Row[]): void {
    this.past.push({ at: this.#world.now, rows: this.rows });
    this.rows = rows;
  }

  /** A snapshot was true until the moment it was replaced. */
  #rowsAsRead(): readonly Row[] {
    const { dice, now } = this.#world;
    if (!dice.chance(this.stale)) return this.rows;
    const recent = this.past.filter((snapshot) => snapshot.at >= now - this.staleMs);
    return recent[dice.pick(recent.length)]?.rows ?? this.rows;
  }

  #answer(outcome: WriteOutcome): WriteOutcome {
    return this.#world.dice.chance(this.lost) ? { kind: 'unknown' } : outcome;
  }
}

function pageOf(rows: readonly Row[], { offset, limit }: PageRange): Page {
  return { records: rows.slice(offset, offset + limit), foundCount: rows.length };
}
