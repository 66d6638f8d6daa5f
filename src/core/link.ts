/**
 * A table as the configuration describes it, and a link: that table on one server. Resolved and checked
 * before the engine sees it: every name exists, every field has one type on all servers.
 */
import type { FieldName, ServerName, TableName } from './names.ts';
import type { Parent } from './parents.ts';
import type { Share } from './share.ts';

export type FieldType = 'text' | 'number' | 'date' | 'time' | 'timestamp' | 'container';

/** What a server does for a table: `send` is never written, `receive` never enters the merge. */
export type Role = 'both' | 'send' | 'receive';

/** Who writes the modification stamp, and as what: local time of the host or of the user, or UTC milliseconds since year 1. */
export type StampSource = 'host' | 'user' | 'utcMilliseconds';

/**
 * What a delete does: `edit-wins`: it goes everywhere, unless a server edited the record without having seen the delete, then the
 * record comes back; `delete-wins`: it goes everywhere; `ignore`: the record stays away where it was deleted, and lives on elsewhere.
 */
export type DeletePolicy = 'edit-wins' | 'delete-wins' | 'ignore';

/** More deletes of one server in 24 hours than both halt the table there: a number, and a share of its records. */
export type DeleteLimit = { readonly records: number; readonly percent: number };

/** Who wins where two servers changed one field and neither saw the other's change. */
export type ConflictPolicy =
  /** The later one. */
  | { readonly kind: 'newest' }
  /** The server that stands first here; those that do not stand here come after, in the order of the configuration. */
  | { readonly kind: 'prefer'; readonly servers: readonly ServerName[] }
  /** Nobody: each server keeps its own value until a person chooses. */
  | { readonly kind: 'hold' };

export type FieldPlan = {
  readonly name: FieldName;
  readonly type: FieldType;
  /** `accept`: what the server makes of a value that we wrote counts as an edit. Default: it does not. */
  readonly rewrites: 'ignore' | 'accept';
  /** Changes of a number that did not see each other are added up (sums.ts); absent: one of them wins. */
  readonly merge?: 'add';
};

export type TablePlan = {
  readonly name: TableName;
  /** The key field, by its name in the configuration. */
  readonly key: FieldPlan;
  /** Fields that are merged and kept the same; never the key, never the stamp. */
  readonly fields: readonly FieldPlan[];
  /** Sent with a create, never afterwards. */
  readonly createOnly: readonly FieldPlan[];
  /** Of `fields` and `createOnly`, those that should hold another value in each record: told of, never changed; absent: none. */
  readonly unique?: readonly FieldName[];
  readonly merge: 'field' | 'record';
  readonly deletes: DeletePolicy;
  readonly deleteLimit: DeleteLimit;
  readonly conflicts: ConflictPolicy;
  /** Servers in the order of the configuration: the first wins where the order of two edits is unknowable. */
  readonly links: readonly Link[];
  /** The tables whose records have to be on a server before those of this one. */
  readonly after?: readonly Parent[];
};

export type Link = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly role: Role;
  readonly stampedBy: StampSource;
  /** Where the table is found there, in words: the server's address, database and layout. Another one may be another file. */
  readonly address?: string;
  /** IANA zone of the server's host, such as `America/New_York`. */
  readonly timeZone: string;
  /** What the server calls fields that it calls otherwise, by their names in the configuration. */
  readonly rename?: Readonly<Record<FieldName, string>>;
  /** The server's own ids of fields, by their names in the configuration, where it tells them; absent: it tells none. */
  readonly ids?: Readonly<Record<FieldName, string>>;
  /** The records that belong there; absent: all of them. */
  readonly share?: Share;
};

export const sends = (link: Link): boolean => link.role !== 'receive';
export const receives = (link: Link): boolean => link.role !== 'send';
