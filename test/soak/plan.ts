/** A game of S30 as a value: what there is, and all that happens, in order. Every part can be taken out, and the rest still means something. */
import type { Apis } from '../scenarios/support/apis.ts';
import type { RequestKind } from '../../src/simulator/description.ts';
import type { Trouble } from '../../src/simulator/troubles.ts';

export type Role = 'both' | 'send' | 'receive';

export const fields = ['name', 'notes', 'amount'] as const;
export type Field = (typeof fields)[number];

export type ServerPlan = {
  readonly name: string;
  readonly role: Role;
  readonly timeZone: string;
  readonly clockOffsetMs: number;
  /** The most that the sync may have open there. */
  readonly sessions: number;
  readonly version: '20' | '22';
  readonly latencyMs: Readonly<Partial<Record<RequestKind, number>>>;
  /** Keys of the records that it holds before the sync first comes. */
  readonly rows: readonly string[];
  /** Absent: it gets every record. */
  readonly share?: SharePlan;
};

/** Records of these regions; where `amount` is empty it is region 0. */
export type SharePlan = { readonly regions: readonly number[]; readonly leave: 'keep' | 'remove' };

export type Site = {
  readonly startAt: string;
  /** Default: the Data API for all. */
  readonly apis?: Apis;
  /** In the order of the configuration. */
  readonly servers: readonly ServerPlan[];
  readonly conflicts: 'newest' | 'hold' | { readonly prefer: readonly string[] };
  readonly deletes: 'edit-wins' | 'delete-wins' | 'ignore';
  readonly merge: 'field' | 'record';
  /** Whether servers refuse a second record with one key. */
  readonly unique: boolean;
  readonly pageSize: number;
  readonly batchSize: number;
  readonly batchesAtOnce: number;
};

/** What a person does with a record, if it is there to be done: nothing is created twice, or edited where it is not. */
export type Act =
  | {
      readonly kind: 'create';
      readonly key: string;
      readonly fields: readonly Field[];
      /** To which `amount` moves the record, where it is among the fields; default 0. */
      readonly region?: number;
    }
  | {
      readonly kind: 'edit';
      readonly key: string;
      readonly fields: readonly Field[];
      readonly region?: number;
      /** An import, which leaves the stamp as it was. */
      readonly imported?: true;
      /** Stamped now, visible so much later. */
      readonly lateMs?: number;
    }
  | { readonly kind: 'delete'; readonly key: string };

/** `inMs`: not now, but then, most likely in the middle of a run. */
export type Deed = {
  readonly kind: 'act';
  readonly server: string;
  readonly act: Act;
  readonly inMs?: number;
};

/** `diesAt`: killed at so many-th effect, if there are so many. */
export type Run = { readonly kind: 'run' | 'sweep'; readonly diesAt?: number };

export type Wrong =
  | { readonly kind: 'trouble'; readonly server: string; readonly trouble: Trouble }
  /** All troubles of the server end. */
  | { readonly kind: 'calm'; readonly server: string }
  | { readonly kind: 'lock'; readonly server: string; readonly key: string }
  | { readonly kind: 'unlock'; readonly server: string; readonly key: string }
  /** The account of the sync may not see the record; without a key it sees all again. */
  | { readonly kind: 'hide'; readonly server: string; readonly key?: string }
  | { readonly kind: 'capacity'; readonly server: string; readonly sessions: number }
  | { readonly kind: 'clock'; readonly server: string; readonly byMs: number }
  | { readonly kind: 'end-sessions'; readonly server: string };

/** What an administrator does. */
export type Tending =
  /** Without a time until it is resumed. */
  | { readonly kind: 'pause'; readonly server: string; readonly forMs?: number }
  | { readonly kind: 'resume'; readonly server: string }
  /** If it is deleted: one that lives is refused. */
  | { readonly kind: 'forget'; readonly key: string };

export type Happening = { readonly kind: 'pass'; readonly ms: number } | Deed | Run | Wrong | Tending;

/** `id`: stays as others are taken out; what is entered in the step is named by it. */
export type Step = Happening & { readonly id: number };

export const isRun = (step: Happening): step is Run => step.kind === 'run' || step.kind === 'sweep';

export type Plan = { readonly seed: number; readonly site: Site; readonly steps: readonly Step[] };

export const sends = ({ role }: Pick<ServerPlan, 'role'>): boolean => role !== 'receive';
export const receives = ({ role }: Pick<ServerPlan, 'role'>): boolean => role !== 'send';
