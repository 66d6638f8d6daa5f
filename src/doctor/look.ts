/** What one look at one server needs, and what it gives: values alone, so that it may be made elsewhere and sent. */
import type { Configuration, ServerConfiguration, TableConfiguration } from '../config/configuration.ts';
import type { Interval } from '../core/interval.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { ServerAddress } from '../filemaker/http/way.ts';
import type { SharedSessions } from '../filemaker/data-api/inspect.ts';
import type { Account } from '../filemaker/http/account.ts';
import type { Clock } from '../ports/clock.ts';
import type { WebhookStates } from '../ports/control.ts';
import type { InspectedLayout } from '../ports/inspection.ts';
import type { Finding } from './finding.ts';
import type { KnownFields } from './renamed.ts';
import type { DigestedSample } from './same-keys.ts';

export type LookOptions = {
  readonly configuration: Configuration;
  readonly server: ServerConfiguration;
  /** The tables that are looked at there: those of the configuration that have a link to it. */
  readonly tables: readonly TableConfiguration[];
  readonly address: ServerAddress & SharedSessions;
  /** Or why there is none, in words. */
  readonly account: Account | { readonly missing: string; readonly remedy: string };
  readonly clock: Clock;
  /** Whether a record may be created, edited and deleted in each table that is written there. */
  readonly writeProbe: boolean;
  /** Why as many sessions as configured must not be opened at once; absent: they may. */
  readonly noSessions?: string;
  /** What the sync knows of the fields there, so that what was renamed is told from what is wrong; absent where it never ran. */
  readonly known?: KnownFields;
  /** What the sync noted of its webhooks, so that its own are told from those of other installations; absent where it never ran. */
  readonly webhooks?: Pick<WebhookStates, 'webhookState'>;
};

/** The layout of a table as a server showed it; absent where it could not be looked at, or is at fault by itself. */
export type SeenTable = {
  readonly table: TableName;
  readonly layout: InspectedLayout;
  /** Absent where no records could be read. */
  readonly sample?: DigestedSample;
};

export type ServerLook = {
  readonly server: ServerName;
  readonly findings: readonly Finding[];
  /** The host's clock minus ours, ms. */
  readonly offset?: Interval;
  readonly seen: readonly SeenTable[];
};
