/** How a game ended, as it was seen from outside and as the sync tells it: plain values, of no code of the sync. */
import type { Shown } from './ledger.ts';

export type ServerEnding = {
  readonly name: string;
  readonly role: 'both' | 'send' | 'receive';
  readonly rows: readonly Shown[];
  readonly sessions: number;
  readonly openSessions: number;
  readonly maxOpenSessions: number;
  readonly updatesWithoutModId: number;
  /** The regions whose records belong there, by `amount`; absent: all do. */
  readonly share?: { readonly regions: readonly number[]; readonly leave: 'keep' | 'remove' };
};

export type HeadEnding = {
  readonly fields: Readonly<
    Record<
      string,
      {
        readonly value: string;
        readonly held?: {
          readonly candidates: Readonly<Record<string, { readonly value: string }>>;
          readonly conflicts: readonly string[];
        };
      }
    >
  >;
  readonly deleted?: unknown;
};

/** What is kept of a value that lost. */
export type Kept = {
  readonly id: string;
  readonly key: string;
  readonly field: string;
  readonly value: string;
  readonly isOpen: boolean;
};

export type Ending = {
  readonly servers: readonly ServerEnding[];
  readonly fields: readonly string[];
  readonly deletes: 'edit-wins' | 'delete-wins' | 'ignore';
  readonly merge: 'field' | 'record';
  readonly heads: ReadonlyMap<string, HeadEnding>;
  readonly kept: readonly Kept[];
  readonly parked: readonly string[];
  readonly halts: readonly string[];
  readonly openRows: number;
  /** Of each pass after the last fault: what failed in it, and what it wrote. */
  readonly passes: readonly { readonly failures: readonly string[]; readonly writes: number }[];
  /** Writes that were not preceded by their look. */
  readonly unseen: readonly string[];
};
