/** What the engine tells whoever watches: for progress, logs and the run's record. No record content (R9). */
import type { Halt, HaltKind, Moved } from '../core/halt.ts';
import type { EpochMs, FieldName, ServerName, TableName } from '../core/names.ts';
import type { Renaming } from '../core/renaming.ts';
import type { SweepCounts, Unfit } from '../core/sweep.ts';
import type { ServerError } from '../ports/server-errors.ts';

export type EngineEvent =
  /** A page of a table was read; `total` is how many the listing or find has in all. */
  | {
      readonly kind: 'read';
      readonly table: TableName;
      readonly server: ServerName;
      readonly phase: 'first-meeting' | 'first-read' | 'changes' | 'sweep' | 'verify';
      readonly records: number;
      readonly total: number;
    }
  /** So many bytes of a file have come from the server, or gone there; of large ones alone. */
  | {
      readonly kind: 'transferring';
      readonly table: TableName;
      readonly server: ServerName;
      readonly field: FieldName;
      readonly way: 'coming' | 'going';
      readonly bytes: number;
      /** Absent where it is not known beforehand. */
      readonly total?: number;
    }
  | {
      readonly kind: 'ingested';
      readonly table: TableName;
      readonly server: ServerName;
      readonly changed: number;
      readonly echoes: number;
      readonly stale: number;
      readonly conflicts: number;
      /** Of those, fields that wait for a person. */
      readonly held: number;
      /** Fields that differed at the first meeting. */
      readonly paired: number;
    }
  /** Keys were put into batches for a server. */
  | {
      readonly kind: 'batched';
      readonly table: TableName;
      readonly server: ServerName;
      readonly keys: number;
    }
  | {
      readonly kind: 'delivered';
      readonly table: TableName;
      readonly server: ServerName;
      readonly created: number;
      readonly updated: number;
      readonly removed: number;
      /** Keys of the batch that needed no write. */
      readonly inStep: number;
    }
  | {
      readonly kind: 'parked';
      readonly table: TableName;
      readonly server: ServerName;
      readonly code: string;
      readonly reason: string;
      readonly records: number;
    }
  | {
      readonly kind: 'deferred';
      readonly table: TableName;
      readonly server: ServerName;
      readonly why: 'locked' | 'parent' | 'outcome-unknown' | 'unsettled';
      readonly records: number;
      readonly until: EpochMs;
    }
  | {
      readonly kind: 'met';
      readonly table: TableName;
      readonly server: ServerName;
      readonly halted: boolean;
      readonly shared: number;
      readonly differing: number;
      /** Records there that are outside its share and would be removed, where they are so many that it halts. */
      readonly leaving?: number;
    }
  | {
      readonly kind: 'rewritten';
      readonly table: TableName;
      readonly server: ServerName;
      readonly field: FieldName;
      readonly records: number;
    }
  /** A field that two servers set again after each of our writes, each in its own way: it is held. */
  | {
      readonly kind: 'rewritten-endlessly';
      readonly table: TableName;
      readonly server: ServerName;
      readonly field: FieldName;
      readonly other: ServerName;
      readonly records: number;
    }
  /** Records that were gone from a server, and whose absence was believed; `deleted` of them are deleted everywhere. */
  | {
      readonly kind: 'ended';
      readonly table: TableName;
      readonly server: ServerName;
      readonly records: number;
      readonly deleted: number;
      readonly conflicts: number;
    }
  /** Rows of a log of deletes that were read; `suspected`: records that seem to be gone for it. */
  | {
      readonly kind: 'log-read';
      readonly table: TableName;
      readonly server: ServerName;
      readonly rows: number;
      readonly suspected: number;
    }
  /** A watch stops working on these tables there, or goes on: a pause, or a window of maintenance, has begun or is over. */
  | {
      readonly kind: 'paused' | 'went-on';
      readonly server: ServerName;
      /** Absent: all that it has. */
      readonly tables?: readonly TableName[];
    }
  /** A log of deletes cannot be read, though its server works: deletes there are found by sweeps alone. */
  | {
      readonly kind: 'log-unreadable';
      readonly table: TableName;
      readonly server: ServerName;
      /** Why, and what to do. */
      readonly error: Error;
    }
  /** The layout for sweeps shows other records than that of the records, or is not as it was: that one is swept. */
  | {
      readonly kind: 'sweep-layout-unfit';
      readonly table: TableName;
      readonly server: ServerName;
      readonly why: Unfit;
    }
  /** Fields, or the table occurrence, are called otherwise there than the configuration says, and are known by their ids. */
  | {
      readonly kind: 'called-otherwise';
      readonly table: TableName;
      readonly server: ServerName;
      readonly fields: Readonly<Record<FieldName, { readonly was: string; readonly now: string }>>;
      /** What the configuration calls the table occurrence, where it is called otherwise by now. */
      readonly occurrence?: string;
    }
  | {
      readonly kind: 'swept';
      readonly table: TableName;
      readonly server: ServerName;
      readonly counts: SweepCounts;
      /** Values that should be of one record each, and are not; absent where this sweep did not look for them. */
      readonly doubled?: number;
    }
  | ({ readonly kind: 'halted'; readonly why: HaltKind } & Pick<
      Halt,
      'table' | 'server' | 'id' | 'figures' | 'fields'
    >)
  /** Is at another address from now on: whether it is the same file is asked before anything is read or written there. */
  | ({ readonly kind: 'moved' } & Pick<Halt, 'table' | 'server'> & Pick<Moved, 'was' | 'now'>)
  /** It is: of so many known records that were `asked` for so many `agreed`. */
  | ({ readonly kind: 'proven' } & Pick<Halt, 'table' | 'server' | 'figures'>)
  /** The rows of a file that a release put there were paired with the records that were known, by their keys. */
  | ({ readonly kind: 'remapped' } & Pick<Halt, 'table' | 'server' | 'figures'>)
  | {
      readonly kind: 'halt-ended';
      readonly table: TableName;
      readonly server: ServerName;
      readonly id: string;
    }
  | { readonly kind: 'clock-stepped'; readonly server: ServerName; readonly byMs: number }
  | { readonly kind: 'other-zone'; readonly server: ServerName; readonly offByMs: number }
  /** A request was not answered, or with a refusal that passes by itself; it is sent again. `code`: of the error if none of the tries works. */
  | { readonly kind: 'retrying'; readonly server: ServerName; readonly code: string; readonly tries: number }
  /** It gives way on a server: at most `to` requests are under way there until it has room again. */
  | {
      readonly kind: 'slowed';
      readonly server: ServerName;
      readonly from: number;
      readonly to: number;
      readonly why: 'slow' | 'refused' | 'locked';
    }
  /** From now on one request writes many records there, by ServerSync's script in the file; with a `reason`: it does not. */
  | {
      readonly kind: 'script';
      readonly server: ServerName;
      readonly layout: string;
      readonly reason?: string;
    }
  /** `task`: the loop of `--watch` that failed; the others may work. */
  | {
      readonly kind: 'server-failed';
      readonly server: ServerName;
      readonly error: ServerError;
      readonly task?: Task;
    }
  /** A listing shows fewer records than the server says the table has: the account may not see the others. */
  | {
      readonly kind: 'rows-unseen';
      readonly table: TableName;
      readonly server: ServerName;
      readonly seen: number;
      readonly total: number;
    }
  /** 953: it is left alone until then, and then asked once an hour. */
  | { readonly kind: 'data-limit-reached'; readonly server: ServerName; readonly tryAt: EpochMs }
  | { readonly kind: 'data-limit-over'; readonly server: ServerName }
  | { readonly kind: 'server-back'; readonly server: ServerName; readonly task: Task }
  /** The schedule found changes there of which no webhook had told, though one stands and they had their time (core/hint.ts). */
  | {
      readonly kind: 'hooks-missed';
      readonly table: TableName;
      readonly server: ServerName;
      readonly changes: number;
    }
  /** What is stored of fields is stored by other names now; `other`: fields that are another one on a server since. */
  | ({ readonly kind: 'renamed'; readonly table: TableName } & Renaming)
  /** The configuration does not name the table on that server any more: what waited, in records, is closed. */
  | {
      readonly kind: 'left';
      readonly table: TableName;
      readonly server: ServerName;
      readonly waiting: number;
      readonly parked: number;
    }
  /** Another process goes by other fields or receivers of the table: this one leaves it alone. */
  | { readonly kind: 'outdated'; readonly table: TableName; readonly server: ServerName };

export type Task = 'reading' | 'waking' | 'measuring' | 'writing' | 'sweeping';
