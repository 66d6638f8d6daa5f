/** What was seen of servers before there is a configuration: what the proposal is made from. Plain values. */
import type { Api } from '../core/api.ts';
import type { TimeZone } from '../core/time-zone.ts';
import type { EpochMs, ServerName } from '../core/names.ts';
import type { InspectedField, InspectedRow } from '../ports/inspection.ts';

/** A layout, or over OData a table occurrence, without its records. */
export type SeenLayout = {
  readonly server: ServerName;
  readonly api: Api;
  readonly database: string;
  readonly layout: string;
  /** Its table occurrence; absent where the server does not tell. */
  readonly table?: string;
  /** Records of its table; absent likewise. */
  readonly total?: number;
  readonly fields: readonly InspectedField[];
  /** How many portals it has. */
  readonly portals: number;
  /** Its first record, to see which layouts show the same table. */
  readonly first?: InspectedRow;
};

/** Some of its records, in order of creation, none twice: the first, the last, and the newest. */
export type Sample = {
  readonly rows: readonly InspectedRow[];
  /** Whether these are all. */
  readonly isWhole: boolean;
  /** By the host's clock, when it was taken. */
  readonly at: EpochMs;
  readonly timeZone: TimeZone;
};

/** One table on one server. */
export type SeenTable = { readonly seen: SeenLayout; readonly sample: Sample };
