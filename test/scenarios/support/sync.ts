/** A sync under test: ServerSync over one of its states, or the naive engine. */
import type { Conflict, Parked } from '../../../src/core/conflict.ts';
import type { Meeting } from '../../../src/core/first-meeting.ts';
import type { Halt, HaltAnswer } from '../../../src/core/halt.ts';
import type { Head } from '../../../src/core/head.ts';
import type { Key, ServerName } from '../../../src/core/names.ts';
import type { SweepCounts } from '../../../src/core/sweep.ts';
import type { EngineEvent } from '../../../src/engine/events.ts';
import type { Emulators } from '../../state/aws/emulators.ts';
import type { DiesAt } from './mortal.ts';
import type { NaiveKind } from './naive-sync.ts';

export type SyncKind =
  | { readonly name: 'sqlite' }
  | { readonly name: 'dynamodb'; readonly emulators: Emulators }
  | { readonly name: 'naive'; readonly watermark: NaiveKind };

/** What a sync says after a pass: a naive one says nothing. */
export type Told = {
  /** It was killed in this pass. */
  readonly died: boolean;
  readonly events: readonly EngineEvent[];
  /** Servers that failed, with the code of the error. */
  readonly failures: Readonly<Record<ServerName, string>>;
  readonly lagMs: Readonly<Record<ServerName, number>>;
  /** Batches that wait to be delivered. */
  readonly openRows: number;
  readonly halted: readonly Meeting[];
  /** What waits for a person's answer, first meetings aside. */
  readonly halts: readonly Halt[];
  /** Of the last sweep that came to its end on each server. */
  readonly swept: Readonly<Record<ServerName, SweepCounts>>;
  readonly parked: readonly Parked[];
  readonly conflicts: readonly Conflict[];
};

export const nothingTold: Told = {
  died: false,
  events: [],
  failures: {},
  lagMs: {},
  openRows: 0,
  halted: [],
  halts: [],
  swept: {},
  parked: [],
  conflicts: [],
};

export interface Sync {
  /** One pass over everything at the present time, by a process of its own that may die on the way. */
  run(diesAt?: DiesAt): Promise<Told>;
  /** The same, but whole tables are compared too, and what seems to be gone is looked for twice, a settle time apart. */
  sweep(diesAt?: DiesAt): Promise<Told>;
  /** A person's answer to whatever is halted; the next pass carries it out. */
  answer(what: HaltAnswer['what']): Promise<void>;
  /** A person has a deleted record come back; the next pass carries it. Says what became of that. */
  putBack(key: Key): Promise<string>;
  /** A person pauses a server; or has it go on, after a migration of its file. */
  pause(server: ServerName, forMs?: number): Promise<void>;
  /** Does nothing where it is not paused. */
  resume(server: ServerName): Promise<void>;
  /** A person has a record forgotten. Says what became of that. */
  forget(key: Key): Promise<string>;
  resumeAfterMigration(server: ServerName): Promise<void>;
  /** What is held of these records, on whatever server they are or were. */
  heads(keys: readonly Key[]): Promise<ReadonlyMap<Key, Head>>;
  close(): Promise<void>;
}
