/** A sync under test: ServerSync over one of its states, or the naive engine. */
import type { Conflict, Parked } from '../../../src/core/conflict.ts';
import type { Meeting } from '../../../src/core/first-meeting.ts';
import type { ServerName } from '../../../src/core/names.ts';
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
  readonly halted: readonly Meeting[];
  readonly parked: readonly Parked[];
  readonly conflicts: readonly Conflict[];
};

export const nothingTold: Told = {
  died: false,
  events: [],
  failures: {},
  lagMs: {},
  halted: [],
  parked: [],
  conflicts: [],
};

export interface Sync {
  /** One pass over everything at the present time, by a process of its own that may die on the way. */
  run(diesAt?: DiesAt): Promise<Told>;
  close(): Promise<void>;
}
