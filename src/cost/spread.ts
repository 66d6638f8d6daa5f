/**
 * Where the records and the changes of each table are, by the configuration's links: who sends, who receives, and which part
 * of a table belongs on a server.
 *
 * Assumed where nothing was counted: tables are of the same size, and servers with a share of a table have equal parts of it.
 * Always assumed: a table changes as its size is, on each of its senders alike.
 */
import type { Configuration, LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import type { Role } from '../core/link.ts';
import type { ServerName, TableName } from '../core/names.ts';

/** As it was counted. */
export type TableRecords = {
  readonly heads: number;
  readonly replicas: Readonly<Record<ServerName, number>>;
};
export type KnownRecords = ReadonlyMap<TableName, TableRecords>;

export type SpreadLink = {
  readonly server: ServerName;
  readonly role: Role;
  /** Of the table's records, 0 to 1. */
  readonly part: number;
};

export type SpreadTable = {
  /** Of all records and changes, 0 to 1. */
  readonly part: number;
  readonly senders: number;
  readonly links: readonly SpreadLink[];
  /** On how many other servers a change is written. */
  readonly receivers: number;
  /** How many of these are read, and bring it back as our own write. */
  readonly echoing: number;
};

export type Spread = readonly SpreadTable[];

export function spreadOf({ tables }: Configuration, known: KnownRecords = new Map()): Spread {
  const all = tables.reduce((sum, { name }) => sum + (known.get(name)?.heads ?? 0), 0);
  return tables.map((table) => {
    const counted = known.get(table.name);
    return tableOf(table, counted, all === 0 ? 1 / tables.length : (counted?.heads ?? 0) / all);
  });
}

/** On how many other servers a change is written, on average. */
export const receiversOf = (spread: Spread): number =>
  spread.reduce((sum, { part, receivers }) => sum + part * receivers, 0);

const sends = ({ role }: Pick<SpreadLink, 'role'>): boolean => role !== 'receive';
const receives = ({ role }: Pick<SpreadLink, 'role'>): boolean => role !== 'send';

function tableOf(
  { links }: TableConfiguration,
  counted: TableRecords | undefined,
  part: number,
): SpreadTable {
  const shares = links.filter(({ share }) => share !== undefined).length;
  const spread = links.map((link) => ({
    server: link.server,
    role: link.role,
    part: partOf(link, shares, counted),
  }));
  const senders = spread.filter(sends);
  const perChange = (isCounted: (link: SpreadLink) => boolean): number =>
    senders.reduce((sum, sender) => {
      const others = spread.filter((link) => link !== sender && receives(link) && isCounted(link));
      return sum + others.reduce((parts, other) => parts + other.part, 0);
    }, 0) / Math.max(1, senders.length);
  return {
    part,
    senders: senders.length,
    links: spread,
    receivers: perChange(() => true),
    echoing: perChange(sends),
  };
}

function partOf(
  { server, share }: LinkConfiguration,
  shares: number,
  counted: TableRecords | undefined,
): number {
  if (share === undefined) return 1;
  if (counted === undefined || counted.heads === 0) return 1 / shares;
  return Math.min(1, (counted.replicas[server] ?? 0) / counted.heads);
}
