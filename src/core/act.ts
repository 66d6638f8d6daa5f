/**
 * Acts: what people decided, or had the sync do. The trail of them says who did what and when, for a year at least.
 *
 *   R9  No record content: of a record its key at most.
 */
import type { EpochMs, Key, ServerName, TableName } from './names.ts';

export type ActKind =
  /** Answers to a halt. */
  | 'approve'
  | 'put-back'
  | 'dismiss'
  /** The outcome of a conflict was chosen; a choice was taken back. */
  | 'choose'
  | 'undo'
  /** Parked records are to be tried again. */
  | 'retry'
  /** A record holds again what it held. */
  | 'restore'
  /** What is held of a record was removed: `about` is `codeOf` its table and key. */
  | 'forget'
  /** What differed between servers was mended. */
  | 'repair'
  /** Something is neither read nor written for a while, and goes on. */
  | 'pause'
  | 'resume';

export type Act = {
  /** Its own. */
  readonly id: string;
  readonly at: EpochMs;
  /** Such as `mary@office-mac`, or the ARN of who asked AWS, or the name that was given with `--as`. */
  readonly by: string;
  readonly what: ActKind;
  readonly table?: TableName;
  readonly server?: ServerName;
  /** The id that was typed: of a halt or a conflict. */
  readonly about?: string;
  readonly key?: Key;
  /** How many records it was about. */
  readonly records?: number;
  /** How, in words of the command line: `keep branch`, `until 02:00`. No value of a record. */
  readonly how?: string;
  /** For how long it is kept; absent: `actKeptMs`. */
  readonly keptMs?: number;
};

/** For how long an act is kept at least that says nothing else: a year, and a month for whoever looks back at it. */
export const actKeptMs = 400 * 86_400_000;
