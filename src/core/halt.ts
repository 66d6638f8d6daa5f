/** A halt: danger was seen for a table on a server, nothing is read or written there until a person has answered (R8). */
import { digestOf } from './digest.ts';
import type { EpochMs, FieldName, Key, ServerName, TableName } from './names.ts';

export type HaltKind =
  /** More deletes in a day than the limit. */
  | 'mass-delete'
  /** The file was put back to an earlier state. */
  | 'restored';

export type HaltAnswer = {
  /** `approve`: it is meant; `put-back`: what was lost comes back from the other servers; `dismiss`: it is mended, look anew. */
  readonly what: 'approve' | 'put-back' | 'dismiss';
  readonly at: EpochMs;
};

export type Halt = {
  readonly table: TableName;
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. */
  readonly rev: number;
  /** What a person types to answer. */
  readonly id: string;
  readonly kind: HaltKind;
  readonly at: EpochMs;
  /** What was seen, in numbers, by names that the words of the kind use. */
  readonly figures: Readonly<Record<string, number>>;
  readonly fields?: readonly FieldName[];
  /** Some of the records concerned: for people who ask, never for a log (R9). */
  readonly examples: readonly Key[];
  readonly answer?: HaltAnswer;
};

/** Of the place, the kind and the instant. */
export const haltId = (of: Pick<Halt, 'table' | 'server' | 'kind' | 'at'>): string =>
  shortId([of.table, of.server, of.kind, of.at]);

/** Of a halted first meeting, which is held again and again. */
export const meetingId = (of: Pick<Halt, 'table' | 'server'>): string =>
  shortId([of.table, of.server, 'first-meeting']);

/** Short enough to be typed: of the few halts that are open at once, two have the same once in a million years. */
const shortId = (of: readonly unknown[]): string =>
  digestOf(JSON.stringify(of))
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 6)
    .toLowerCase();
