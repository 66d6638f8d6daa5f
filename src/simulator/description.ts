/**
 * What a simulated FileMaker Server is made of: accounts, files, tables, layouts and how it behaves.
 *
 * Values in rows are neutral: dates `2026-11-22`, times `10:00:00`, timestamps `2026-11-22T10:00:00`, all else text.
 */
import type { TimeZone } from '../core/time-zone.ts';
import type { ODataOptions } from './odata/options.ts';
import type { MakeCall } from './odata/webhooks/calls.ts';
import type { Version } from './profiles.ts';
import type { Trouble } from './troubles.ts';

export type FieldType = 'text' | 'number' | 'date' | 'time' | 'timestamp' | 'container';

/** Neutral values by field name; repetitions are `name(2)`. */
export type Values = Readonly<Record<string, string>>;

export type Calculation =
  | ((values: Values) => string)
  | { readonly join: readonly string[]; readonly separator?: string };

export type AutoEnter =
  | 'uuid'
  | 'serial'
  | 'createdAt'
  | 'modifiedAt'
  | 'createdBy'
  | 'modifiedBy'
  /** Get(CurrentTimeUTCMilliseconds) at every commit: milliseconds since year 1. */
  | 'utcMilliseconds'
  /** These three replace what was entered: a server that rewrites what it is given. */
  | 'upperCase'
  | 'lowerCase'
  | 'trim'
  | { readonly calculation: Calculation };

export type Validation = {
  readonly notEmpty?: boolean;
  readonly unique?: boolean;
  readonly numeric?: boolean;
  readonly maxLength?: number;
  readonly list?: readonly string[];
  readonly range?: { readonly from: number; readonly to: number };
  /** The value must be in this field of that table. Refused with `code`, default 510. */
  readonly parent?: { readonly table: string; readonly field: string; readonly code?: string };
  /** Validated by calculation: false is 507. */
  readonly test?: (value: string) => boolean;
  /** Whether `entrymode: script` may pass it by; default true. */
  readonly overridable?: boolean;
};

export type FieldDescription = {
  readonly name: string;
  readonly type: FieldType;
  readonly kind?: 'normal' | 'calculation' | 'summary';
  readonly global?: boolean;
  readonly autoEnter?: AutoEnter;
  /** Whose clock stamps an edit made in FileMaker Pro; default the host's. */
  readonly stampedBy?: 'host' | 'user';
  readonly prohibitModification?: boolean;
  readonly validation?: Validation;
  readonly repetitions?: number;
  /** For `kind: calculation`. */
  readonly calculation?: Calculation;
  /** For `kind: summary`: the sum of this number field over the found set. */
  readonly sumOf?: string;
  /** What it costs the server to show it in one record, as a calculation that is not stored; default 0. */
  readonly showMs?: number;
};

export type TableDescription = {
  readonly name: string;
  readonly fields: readonly FieldDescription[];
  readonly rows?: readonly Readonly<Record<string, string | number>>[];
  /** Deleting a row deletes the rows of `table` whose `field` equals its `matches`. */
  readonly cascades?: readonly { readonly table: string; readonly field: string; readonly matches: string }[];
};

export type PortalDescription = {
  /** The key in portalData: the portal's object name, or the name of its table. */
  readonly name: string;
  readonly table: string;
  /** Rows of `table` whose `child` equals the record's `parent`. */
  readonly parent: string;
  readonly child: string;
  readonly fields?: readonly string[];
  readonly allowCreation?: boolean;
};

export type LayoutDescription = {
  readonly name: string;
  readonly table: string;
  /** Default: all fields of the table. */
  readonly fields?: readonly string[];
  readonly portals?: readonly PortalDescription[];
  /** In table view v1 gives one portal row only. */
  readonly view?: 'form' | 'table';
  readonly folder?: string;
  readonly valueLists?: Readonly<Record<string, readonly string[]>>;
  /** The value list that a field is shown with, by field. */
  readonly pickFrom?: Readonly<Record<string, string>>;
};

/** A way to touch a table from a script or as a user. Record ids are numbers, values neutral. */
export type ScriptTable = {
  records(): readonly StoredRecord[];
  create(values: Values): StoredRecord;
  update(recordId: number, values: Values): StoredRecord;
  remove(recordId: number): void;
  /** Open Record/Request by the account of the session: throws 101, 200, or 301 where somebody else has it open. */
  open(recordId: number): StoredRecord;
};

export type StoredRecord = { readonly recordId: number; readonly modId: number; readonly values: Values };

export type ScriptContext = {
  readonly parameter: string;
  readonly account: string;
  readonly layout: string;
  readonly table: (name: string) => ScriptTable;
  /** The table that the layout shows. */
  readonly layoutTable: () => ScriptTable;
  /** The step Execute FileMaker Data API, by the account of the session: the JSON text that it gives. */
  readonly execute: (request: string) => Promise<string>;
  /** Delete Record/Request on the layout's table, by the account of the session. */
  readonly remove: (recordId: number) => void;
  /** Get(CurrentTimeUTCMilliseconds). */
  readonly utcMilliseconds: () => string;
  /** Get(ApplicationVersion). */
  readonly applicationVersion: string;
  /** The time that steps take. */
  readonly sleep: (ms: number) => Promise<void>;
};
export type ScriptOutcome = { readonly result?: string; readonly error?: string | number };
export type Script = (context: ScriptContext) => ScriptOutcome | Promise<ScriptOutcome>;

export type DatabaseDescription = {
  readonly name: string;
  readonly tables: readonly TableDescription[];
  readonly layouts: readonly LayoutDescription[];
  /**
   * What OData calls a table: an occurrence of a table in the relationship graph. Each table has one of its own name, where none here
   * has that name; these come beside.
   */
  readonly occurrences?: readonly { readonly name: string; readonly table: string }[];
  readonly scripts?: Readonly<Record<string, Script>>;
  /** What `dateformats: 1` (the file's locale) shows; default US. */
  readonly localeDates?: 'MM/dd/yyyy' | 'dd.MM.yyyy';
};

/** Of all tables; default all true. */
export type Privileges = {
  readonly view?: boolean;
  readonly create?: boolean;
  readonly edit?: boolean;
  readonly delete?: boolean;
};

export type AccountDescription = {
  readonly name: string;
  readonly password: string;
  /** The extended privilege fmrest; default true. */
  readonly canUseDataApi?: boolean;
  /** The extended privilege fmodata; default true. */
  readonly canUseOData?: boolean;
  /** Files the account exists in; default all. */
  readonly databases?: readonly string[];
  /** Layouts that it may see; default all. */
  readonly layouts?: readonly string[];
  readonly privileges?: Privileges;
};

export const requestKinds = [
  'login',
  'logout',
  'validate',
  'productInfo',
  'databases',
  'metadata',
  'list',
  'read',
  'find',
  'create',
  'update',
  'duplicate',
  'delete',
  'script',
  'globals',
  'upload',
  'download',
  'count',
  'batch',
  'schema',
  'webhook',
  /** The other way round: a webhook calls somebody. */
  'call',
] as const;
export type RequestKind = (typeof requestKinds)[number];

/** How long a request takes: so many milliseconds, and so many more for each record in the answer. */
export type Latency = number | { readonly base: number; readonly perRow: number };

/** The part of ports/clock.ts that the simulator needs. Virtual in tests. */
export type TimeSource = { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };

export type SimulatorOptions = {
  readonly databases: readonly DatabaseDescription[];
  readonly accounts: readonly AccountDescription[];
  /** Default '22'. */
  readonly version?: Version;
  /** Zone of the host; default UTC. */
  readonly timeZone?: TimeZone;
  /** The host's clock minus the true one; default 0. */
  readonly clockOffsetMs?: number;
  /** The true clock; default real time. */
  readonly clock?: TimeSource;
  /** Sessions open at once before 812; default 500 (second-hand, no Claris page). */
  readonly capacity?: { readonly sessions?: number };
  /** Requests that it works on at once, those of users included; more wait, first come, first served. Default: any number. */
  readonly processors?: number;
  /** How long the server takes for a request of a kind; default 0. */
  readonly latencyMs?: Readonly<Partial<Record<RequestKind, Latency>>>;
  /** How long a request and its answer are under way, of every kind, half each; default 0. */
  readonly roundTripMs?: number;
  /** Who shows records for longer is answered by the web server in front, 504 and a page; default never. */
  readonly gatewayTimeoutMs?: number;
  readonly troubles?: readonly Trouble[];
  /** Same seed, same uuids and same luck; default random. Give each server of a test its own. */
  readonly seed?: number;
  /** What listing an empty table gives (unverified which is real); default 'empty', HTTP 200. */
  readonly emptyList?: 'empty' | '401';
  /** How contents of containers are sent; unverified which is real. */
  readonly containers?: {
    /** Whether the header Content-Disposition tells the name of the file; default true. */
    readonly names?: boolean;
    /** Whether a part of a file can be asked for (Range); default true. */
    readonly ranges?: boolean;
    /** Whether its length is told beforehand; default true. */
    readonly lengths?: boolean;
  };
  /** The character between date and time in `dateformats: 2` (unverified); default 'T'. */
  readonly isoSeparator?: 'T' | ' ';
  /** How webhooks call; default over HTTP. Tests in which no real time passes give another way. */
  readonly makeCall?: MakeCall;
  /** How it answers OData. */
  readonly odata?: ODataOptions;
  /** PEM, certificate and key: it speaks https then. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Default 127.0.0.1 and any free port. */
  readonly host?: string;
  readonly port?: number;
};
