/**
 * Counts what servers send, and puts the sums into the state now and then: each answer would be a write of its own. A process
 * that is killed loses what it has not put there yet. What cannot be stored is kept and never fails the work.
 */
import { type DataSent, type Day, dayAt } from '../core/data-use.ts';
import type { ServerName } from '../core/names.ts';
import type { TimeZone } from '../core/time-zone.ts';
import type { Clock } from '../ports/clock.ts';
import type { DataUses } from '../ports/control.ts';

export type DataMeterOptions = {
  readonly uses: Pick<DataUses, 'addDataUse'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly zoneOf: (server: ServerName) => TimeZone;
  /** Told why sums could not be stored; they are kept. */
  readonly failed: (error: unknown) => void;
  /**
   * The oldest that a sum gets before it is stored, ms, and the largest, bytes: more is lost where the process is killed, less
   * writes more often.
   */
  readonly storeAfter: { readonly ms: number; readonly bytes: number };
};

const quarterMs = 15 * 60_000;

/** What a server sends in a tick in which little changed, bytes: to lose as much now and then is nothing beside the gigabytes that a licence allows. */
const muchBytes = 100_000;

export class DataMeter {
  readonly #options: DataMeterOptions;
  #sums = new Map<string, DataSent>();
  readonly #days = new Map<ServerName, { readonly quarter: number; readonly day: Day }>();
  #bytes = 0;
  #since: number | undefined;
  #storing: Promise<void> = Promise.resolve();

  constructor(options: DataMeterOptions) {
    this.#options = options;
  }

  add(server: ServerName, bytes: number): void {
    const { clock } = this.#options;
    const now = clock.now();
    this.#put({ server, day: this.#dayAt(now, server), bytes });
    this.#since ??= now;
    if (this.#isDue(now)) void this.store();
  }

  /** Stores what is due, and waits for what is being stored. Never rejects. */
  storeIfDue(): Promise<void> {
    return this.#isDue(this.#options.clock.now()) ? this.store() : this.#storing;
  }

  /** The same, of whoever may be ended behind this; a little is kept for the next time all the same. */
  storeIfMuch(): Promise<void> {
    return this.#bytes >= muchBytes ? this.store() : this.storeIfDue();
  }

  /** Stores all, once what is being stored is. Never rejects. */
  store(): Promise<void> {
    const sums = [...this.#sums.values()];
    this.#sums = new Map();
    this.#bytes = 0;
    this.#since = undefined;
    this.#storing = this.#storing.then(() => this.#storeAll(sums));
    return this.#storing;
  }

  /** Worked out once in a quarter of an hour: no day begins within one. */
  #dayAt(now: number, server: ServerName): Day {
    const quarter = Math.floor(now / quarterMs);
    const known = this.#days.get(server);
    if (known?.quarter === quarter) return known.day;
    const day = dayAt(now, this.#options.zoneOf(server));
    this.#days.set(server, { quarter, day });
    return day;
  }

  #isDue(now: number): boolean {
    const { ms, bytes } = this.#options.storeAfter;
    return this.#bytes >= bytes || (this.#since !== undefined && now - this.#since >= ms);
  }

  #put(sent: DataSent): void {
    const name = JSON.stringify([sent.server, sent.day]);
    const before = this.#sums.get(name)?.bytes ?? 0;
    this.#sums.set(name, { ...sent, bytes: before + sent.bytes });
    this.#bytes += sent.bytes;
  }

  async #storeAll(sums: readonly DataSent[]): Promise<void> {
    await Promise.all(sums.map((sent) => this.#storeOne(sent)));
  }

  async #storeOne(sent: DataSent): Promise<void> {
    try {
      await this.#options.uses.addDataUse(sent);
    } catch (error) {
      this.#put(sent);
      this.#options.failed(error);
    }
  }
}
