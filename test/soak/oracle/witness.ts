/**
 * Stands between a process of the sync and its servers, and sees whether each write was preceded by the look that it rests on (R3).
 */

type Row = { readonly recordId: string; readonly modId: number; readonly key: string };

/** Told of deletes: at which modId who makes one had read the row last, and of those that surely were not done. */
export type Deletes = {
  readonly removing: (server: string, recordId: number, readAt: number) => void;
  readonly spared: (server: string, recordId: number, readAt: number) => void;
};

export class Witness {
  /** Writes without their look, in words. */
  readonly faults: string[] = [];
  readonly #deletes: Deletes;

  constructor(deletes: Deletes) {
    this.#deletes = deletes;
  }

  /** For one process: what an earlier one looked at is no look of this one. */
  process(): (server: string) => Looks {
    const looks = new Map<string, Looks>();
    return (server) => {
      const known = looks.get(server) ?? new Looks(server, this.faults, this.#deletes);
      looks.set(server, known);
      return known;
    };
  }
}

/** What one process saw on one server. */
class Looks {
  readonly #server: string;
  readonly #faults: string[];
  readonly #deletes: Deletes;
  /** Rows that a look-up by key showed, as `recordId modId`. */
  readonly #shown = new Set<string>();
  /** Keys of which the last look-up showed no row. */
  readonly #absent = new Set<string>();
  /** At which modId a row was last read by its id. */
  readonly #read = new Map<string, number>();

  constructor(server: string, faults: string[], deletes: Deletes) {
    this.#server = server;
    this.#faults = faults;
    this.#deletes = deletes;
  }

  lookedUp(keys: readonly string[], rows: readonly Row[]): void {
    for (const key of keys) this.#absent.add(key);
    for (const { key, recordId, modId } of rows) {
      this.#absent.delete(key);
      this.#shown.add(`${recordId} ${modId}`);
    }
  }

  wasRead(recordId: string, row: Row | 'denied' | undefined): void {
    if (row === undefined || row === 'denied') return;
    this.#read.set(recordId, row.modId);
  }

  creates(key: string): void {
    if (!this.#absent.has(key)) this.#say(`${key} was created without a look-up that showed none`);
  }

  created(key: string, kind: string): void {
    if (kind === 'written') this.#absent.delete(key);
  }

  updates(recordId: string, modId: number): void {
    if (!this.#shown.has(`${recordId} ${modId}`))
      this.#say(`record ${recordId} was edited at ${modId}, which no look-up by key had shown`);
  }

  /** Returns what is to be told of the outcome. */
  removes(recordId: string): (kind: string) => void {
    const readAt = this.#read.get(recordId);
    // One reading is for one delete.
    this.#read.delete(recordId);
    if (readAt === undefined) {
      this.#say(`record ${recordId} was deleted unread`);
      return () => undefined;
    }
    return this.removesAt(recordId, readAt);
  }

  /** The same of one that is done only at this modId. */
  removesAt(recordId: string, readAt: number): (kind: string) => void {
    this.#deletes.removing(this.#server, Number(recordId), readAt);
    return (kind) => {
      if (kind !== 'removed' && kind !== 'unknown')
        this.#deletes.spared(this.#server, Number(recordId), readAt);
    };
  }

  #say(what: string): void {
    this.#faults.push(`${this.#server}: ${what}`);
  }
}
