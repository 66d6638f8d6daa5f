/**
 * A FileMaker Server as a person looks at it who sets up a sync or asks what is wrong with one: what it is, what it has, and what
 * stands in it. Nothing is written. Unlike server.ts it needs no configuration of tables.
 *
 *   R9  No error of an implementation holds record content or a credential. `rows` gives values to its caller, who shows none
 *       of them unless he was asked to.
 *
 * Thrown are only the errors of server-errors.ts; what is safe to repeat is repeated, but not a login that was refused.
 */
import type { Api } from '../core/api.ts';
import type { EpochMs, FieldName, RecordId, ServerName } from '../core/names.ts';
import type { Probe } from '../core/server-clock.ts';
import type { LayoutField } from './server.ts';

/** What a server says of itself without an account. */
export type Product = {
  /** Such as `21.1.5.500`; absent where the server does not show it (some do not). */
  readonly version?: string;
  /** Of the Data API or of OData, such as `v2`: the one that is spoken. */
  readonly api: string;
  /** From the request to its answer, ms, on a connection that stood before. */
  readonly roundTripMs: number;
};

/** What a server showed when a connection was made. */
export type Certificate = {
  /** Names and addresses that it is for, as they stand in it, such as `*.example.com`. */
  readonly names: readonly string[];
  /** Who signed it, then who signed that: the names, the server's own left out. */
  readonly issuers: readonly string[];
  readonly endsAt: EpochMs;
  /** Why it is not believed, such as `CERT_HAS_EXPIRED`; absent where it is. */
  readonly distrust?: string;
};

/** A field of a layout with all that its server tells of it. Neither uniqueness nor an index is told (data-api-guide). */
export type InspectedField = LayoutField & {
  readonly kind: 'normal' | 'calculation' | 'summary';
  readonly global: boolean;
  readonly notEmpty: boolean;
  /** Takes numbers only. */
  readonly numeric: boolean;
  readonly fourDigitYear: boolean;
  /** Takes times of a day only. */
  readonly timeOfDay: boolean;
  /** The most characters that it takes; 0: as many as FileMaker does. */
  readonly maxCharacters: number;
  /** The value list that it is shown with on this layout. */
  readonly valueList?: string;
};

export type InspectedLayout = {
  readonly fields: readonly InspectedField[];
  /** Names of portals: each costs time with every record that is read. */
  readonly portals: readonly string[];
  readonly valueLists: readonly { readonly name: string; readonly values: readonly string[] }[];
};

export type InspectedRow = {
  readonly recordId: RecordId;
  readonly modId: number;
  /** Canonical (docs/architecture.md), by the server's own field names; containers are left out. */
  readonly values: Readonly<Record<FieldName, string>>;
};

export type InspectedRows = {
  /** The name of the table occurrence that the layout shows; absent where the server does not tell (before 18). */
  readonly table?: string;
  /** Records of the table that this account may see; absent likewise. */
  readonly total?: number;
  /** Records of the table, also such as this account may not see (not verified); absent likewise. */
  readonly inTable?: number;
  readonly rows: readonly InspectedRow[];
};

/** Which rows of a table: in order of creation, or by a field. */
export type RowsAsked = {
  /** How many are left out before the first; default 0. */
  readonly skip?: number;
  readonly limit: number;
  readonly latestBy?: FieldName;
};

export interface Inspection {
  readonly name: ServerName;
  readonly api: Api;

  /** Two requests, the first to have a connection; without an account or a session. */
  product(signal: AbortSignal): Promise<Product>;

  /** The version that a file says it is served by; absent, or undefined: it is not told so. With an account. */
  release?(database: string, signal: AbortSignal): Promise<string | undefined>;

  /** As Server.probe. */
  probe(signal: AbortSignal): Promise<Probe>;

  /** Undefined over plain http. One that is not believed is no error here. Throws ServerError where no connection is made. */
  certificate(signal: AbortSignal): Promise<Certificate | undefined>;

  /** The files that this account may open over the API, without `.fmp12`. No session. */
  databases(signal: AbortSignal): Promise<readonly string[]>;

  /** Names of the layouts of a file, those in folders too, in the file's order. */
  layouts(database: string, signal: AbortSignal): Promise<readonly string[]>;

  layout(database: string, layout: string, signal: AbortSignal): Promise<InspectedLayout>;

  /** None found is an empty list. One request, after that for the layout where it was not looked at before. */
  rows(database: string, layout: string, asked: RowsAsked, signal: AbortSignal): Promise<InspectedRows>;

  /** Logs out every session. After it nothing else may be called. Never throws. */
  close(): Promise<void>;
}
