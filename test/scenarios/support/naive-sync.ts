/**
 * The sync that everybody writes first: what was modified since the watermark is copied to the others, the last writer
 * wins by its stamp. It is given what such a loop needs not be bad at: a client that keeps sessions and repeats what failed
 * before it arrived, look-ups by key, a modId with each update, stamps compared in one zone, nothing written that is equal.
 *
 *   watermark `now`: the time at the end of a pass;  `newest`: the newest stamp seen, moved on with each page
 */
import { shownInstants } from '../../../src/core/stamp.ts';
import { wallTimeAt } from '../../../src/core/wall-time.ts';
import type { TablePlan } from '../../../src/core/link.ts';
import type { ServerRecord, ServerTable, WriteOutcome } from '../../../src/ports/server.ts';
import { ServerError } from '../../../src/ports/server-errors.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The table on one server. */
export type Side = { readonly server: string; readonly timeZone: string; readonly table: ServerTable };

export type NaiveKind = 'now' | 'newest';

const pageSize = 500;
const keysAtOnce = 100;
const { signal } = new AbortController();

export class NaiveSync {
  readonly #kind: NaiveKind;
  #fields: readonly string[] = [];
  readonly #time: VirtualTime;
  /** Local time of each server, by its name; nothing is known before the first pass. */
  readonly #watermarks = new Map<string, number>();

  constructor(kind: NaiveKind, plan: TablePlan, time: VirtualTime) {
    this.#kind = kind;
    this.#time = time;
    this.follow(plan);
  }

  /** The configuration changed: what it knows is its watermarks. */
  follow({ fields }: TablePlan): void {
    this.#fields = fields.map(({ name }) => name);
  }

  async run(sides: readonly Side[]): Promise<void> {
    for (const side of sides) {
      const others = sides.filter((other) => other !== side);
      await orLeft(() => this.#copyFrom(side, others));
    }
  }

  async #copyFrom(side: Side, others: readonly Side[]): Promise<void> {
    const since = this.#watermarks.get(side.server);
    for (let offset = 0, found = 1; offset < found; offset += pageSize) {
      const range = { offset, limit: pageSize };
      const page =
        since === undefined
          ? await side.table.list(range, signal)
          : await side.table.changed({ kind: 'wall', from: since + 1000 }, range, signal);
      for (const other of others) await orLeft(() => this.#copy(page.records, side, other));
      found = page.foundCount;
      if (this.#kind === 'newest') this.#moveTo(side, page.records);
    }
    if (this.#kind === 'now') this.#watermarks.set(side.server, wallTimeAt(this.#time.now(), side.timeZone));
  }

  #moveTo(side: Side, records: readonly ServerRecord[]): void {
    const walls = records.map(({ stamp }) => (stamp.kind === 'wall' ? stamp.wall : 0));
    const before = this.#watermarks.get(side.server) ?? 0;
    this.#watermarks.set(side.server, Math.max(before, ...walls));
  }

  async #copy(records: readonly ServerRecord[], from: Side, to: Side): Promise<void> {
    for (let at = 0; at < records.length; at += keysAtOnce) {
      const chunk = records.slice(at, at + keysAtOnce);
      const there = new Map(
        (
          await to.table.lookUp(
            chunk.map(({ key }) => key),
            signal,
          )
        ).map((row) => [row.key, row]),
      );
      for (const record of chunk) await this.#bring(record, from, there.get(record.key), to);
    }
  }

  async #bring(record: ServerRecord, from: Side, there: ServerRecord | undefined, to: Side): Promise<void> {
    const { key, values } = record;
    if (there === undefined)
      return twice(() => to.table.create(key, values, Number.MAX_SAFE_INTEGER, signal));
    const isEqual = this.#fields.every((field) => there.values[field] === values[field]);
    if (isEqual || stampOf(there, to) >= stampOf(record, from)) return;
    return twice(() => to.table.update(there.recordId, there.modId, values, signal));
  }
}

const stampOf = ({ stamp }: ServerRecord, { timeZone }: Side): number =>
  shownInstants(stamp, timeZone)?.lo ?? 0;

/** What did not work is tried once more. */
async function twice(write: () => Promise<WriteOutcome>): Promise<void> {
  if ((await write()).kind !== 'written') await write();
}

/** A server that fails is left for the next pass. */
async function orLeft(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  }
}
