/**
 * The first meeting of a server with a table whose records others hold already.
 *
 * If many of the shared keys differ, the keys may not mean the same record (both offices number from 1): that table
 * on that server halts before the first write, and a person looks at examples.
 */
import type { Digests } from './digest.ts';
import type { EpochMs, FieldName, Key, ServerName, TableName } from './names.ts';

export type MeetingExample = {
  readonly key: Key;
  readonly fields: readonly {
    readonly field: FieldName;
    readonly here: string;
    readonly head: string;
  }[];
};

export type Meeting = {
  readonly table: TableName;
  readonly server: ServerName;
  /** `halted` waits for a person; `approved` was halted and may go on; `again`: it is held once more, for the sake of another share. */
  readonly state: 'passed' | 'halted' | 'approved' | 'again';
  readonly shared: number;
  readonly differing: number;
  /** The server was read to its end once: the meeting is not held again, though the table be read anew. */
  readonly over?: true;
  /** Records there that are outside its share and would be removed, where they are more than the limit of deletes. */
  readonly leaving?: { readonly records: number; readonly rows: number; readonly limit: number };
  /** Content of records: for people who ask for it, never for a log (R9). */
  readonly examples: readonly MeetingExample[];
  readonly at: EpochMs;
};

/** More than this share of the shared keys, and at least this many, halt. Both assumed. */
const halting = { share: 0.01, atLeast: 20 };

export const isDangerous = (shared: number, differing: number): boolean =>
  differing >= halting.atLeast && differing > shared * halting.share;

/** Fields that differ where both hold something: empty never counts, it gives way silently. */
export function meetingDifferences(
  here: Digests,
  head: Digests,
  fields: readonly FieldName[],
): readonly FieldName[] {
  return fields.filter((field) => {
    const mine = here[field] ?? '';
    const theirs = head[field] ?? '';
    return mine !== '' && theirs !== '' && mine !== theirs;
  });
}
