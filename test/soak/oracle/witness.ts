/**
 * Stands between a process of the sync and its servers, and sees whether each write was preceded by the look that it rests on (R3).
 */

type Row = { readonly recordId: string; readonly modId: number; readonly key: string };

type OnRead = (server: string, recordId: number, modId: number) => void;

export class Witness {
  /** Writes without their look, in words. */
  readonly faults: string[] = [];
  readonly #onRead: OnRead;

  constructor(onRead: OnRead) {
    this.#onRead = onRead;
  }

  /** For one process: what an earlier one looked at is no look of this one. */
  process(): (server: string) => Looks {
    const looks = new Map<string, Looks>();
    return (server) => {
      const known = looks.get(server) ?? new Looks(server, this.faults, this.#onRead);
      looks.set(server, known);
      return known;
    };
  }
}

/** What one process saw on one server. */
class Looks {
  readonly #server: string;
  readonly #faults: string[];
  readonly #onRead: OnRead;
  /** Rows that a look-up by key showed, as `recordId modId`. */
  readonly #shown = new Set<string>();
  /** Keys of which the last look-up showed no row. */
  readonly #absent = new Set<string>();
  /** At which modId a row was last read by its id. */
  readonly #read = new Map<string, number>();

  constructor(server: string, faults: string[], onRead: OnRead) {
    this.#server = server;
    this.#faults = faults;
    this.#onRead = onRead;
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
    this.#onRead(this.#server, Number(recordId), row.modId);
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

  removes(recordId: string): void {
    if (!this.#read.has(recordId)) this.#say(`record ${recordId} was deleted unread`);
    // One reading is for one delete.
    this.#read.delete(recordId);
  }

  #say(what: string): void {
    this.#faults.push(`${this.#server}: ${what}`);
  }
}
