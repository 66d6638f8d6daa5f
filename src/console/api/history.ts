/** What changed in one record: `serversync history`. Values of records are in it. */
import type { Interval } from '../../core/interval.ts';
import type { Done } from '../api.ts';
import type { ConflictField, FieldValue } from './conflicts.ts';

/** `limit`: versions, 1 to 1000, default 50. An unknown key is answered with 400, `no-record`, and keys that are like it. */
export type HistoryQuery = { readonly table: string; readonly key: string; readonly limit?: string };

export type HistoryAnswer = {
  readonly table: string;
  readonly key: string;
  /** The present one. */
  readonly version: number;
  /** What it holds, or held when it was deleted. */
  readonly fields: readonly (FieldValue & {
    readonly field: string;
    /** By server, where it waits for a choice. */
    readonly held?: Readonly<Record<string, string>>;
  })[];
  /** `isKept`: what it held is known, so that it can be put back. */
  readonly deleted?: { readonly server: string; readonly stamp: Interval; readonly isKept: boolean };
  /** The newest first. */
  readonly versions: readonly Version[];
  /** Why they end there: it is the beginning; there are more than `limit`; what lies before is not kept. */
  readonly end: 'beginning' | 'more' | 'not kept';
  /** What it held in the oldest version that is known; absent where there are more. */
  readonly oldest?: {
    readonly version: number;
    readonly fields: readonly (FieldValue & { readonly field: string })[];
  };
  /** Values that lost, and are named by no version. */
  readonly conflicts: readonly ConflictField[];
};

export type Version = {
  readonly version: number;
  /** What made it. `taken-up`: fields are kept the same again that were not for a while. */
  readonly what:
    | 'seen'
    | 'restored'
    | 'choice'
    | 'choice-undone'
    | 'taken-up'
    | 'put-back'
    | 'deleted'
    | 'came-back';
  /** Where it was made; absent of what a person did here. */
  readonly server?: string;
  /** Of what was put back: after which version it was so. */
  readonly to?: number;
  /** When it was changed, surely between the two. */
  readonly changed: Interval;
  readonly storedAt: number;
  readonly fields: readonly ChangedField[];
  /** Since when each other server has it. `not-its`: the record has left its share. */
  readonly servers: readonly {
    readonly server: string;
    readonly state: 'held' | 'waits' | 'parked' | 'not-its';
    readonly since?: number;
    /** It may have had it before `since`. */
    readonly latest?: true;
    /** Of what is parked there. */
    readonly code?: string;
  }[];
};

export type ChangedField = {
  readonly field: string;
  /** What it was called then. */
  readonly formerly?: string;
  /** Absent where it was not kept the same yet. */
  readonly from?: HistoryValue;
  readonly to?: HistoryValue;
  /** The change that was added up, and where people made it. */
  readonly added?: { readonly by: string; readonly on: string };
  /** Conflicts about it: `conflict` begins with the id that /api/conflict takes. */
  readonly decided: readonly { readonly rule?: string; readonly conflict: string }[];
};

/** `held`: what waited in its place, by server. */
export type HistoryValue = { readonly value: string; readonly held?: Readonly<Record<string, string>> };

/** No `version`: as it was when it was deleted; else as it was after that one. */
export type PutBackBody = {
  readonly table: string;
  readonly key: string;
  readonly version?: number;
  readonly dryRun?: boolean;
};

/** With the history as it is then. */
export type PutBackAnswer = Done & { readonly history: HistoryAnswer };
