/** What a piece of work asks of AWS and of the FileMaker Servers: counted by running the functions (bench/cost.ts), then added and scaled. */
import type { Usage } from '../core/usage.ts';

export type Work = Usage & {
  /** Requests to DynamoDB, SQS and S3. */
  readonly requests: number;
  /** Requests to FileMaker Servers. */
  readonly serverRequests: number;
  readonly invocations: number;
};

const each = (of: (kind: keyof Work) => number): Work => ({
  readUnits: of('readUnits'),
  writeUnits: of('writeUnits'),
  queueRequests: of('queueRequests'),
  objectPuts: of('objectPuts'),
  objectGets: of('objectGets'),
  requests: of('requests'),
  serverRequests: of('serverRequests'),
  invocations: of('invocations'),
});

export const noWork: Work = each(() => 0);

export const added = (...all: readonly Work[]): Work =>
  each((kind) => all.reduce((sum, one) => sum + one[kind], 0));

export const scaled = (work: Work, factor: number): Work => each((kind) => work[kind] * factor);

/** What `one` asks for more than `other`; never less than nothing. */
export const beyond = (one: Work, other: Work): Work => each((kind) => Math.max(0, one[kind] - other[kind]));

/** A part for each invocation, and one for each table there. */
export type Linear = { readonly base: Work; readonly perTable: Work };

export const at = ({ base, perTable }: Linear, tables: number): Work => added(base, scaled(perTable, tables));

/** From what it asked for with one table and with `tables`. */
export function linear(one: Work, many: Work, tables: number): Linear {
  const perTable = scaled(beyond(many, one), 1 / (tables - 1));
  return { base: beyond(one, perTable), perTable };
}

/** All that was counted. */
export type Counted = {
  /** A reader's tick in which nothing changed. */
  readonly tick: Linear;
  /** That of a server which only receives: nothing is read there. */
  readonly tickOfReceiver: Linear;
  /** One measurement of two servers. */
  readonly measure: Linear;
  /** One look at whether a server is to be swept. */
  readonly look: Linear;
  /** For each row of a sweep. */
  readonly sweptRow: Work;
  /** For each record of a first sync, read on one server and written on another. */
  readonly firstRow: Work;
  /** For each of many changes of a tick: read, written on one other server, and read there again as its own write. */
  readonly change: { readonly read: Work; readonly written: Work; readonly echo: Work };
  /** What the only change of a tick costs more than one of many. */
  readonly alone: { readonly read: Work; readonly written: Work; readonly echo: Work };
};
