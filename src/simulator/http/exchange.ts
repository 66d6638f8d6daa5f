/** One request as routes see it. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { RequestKind } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Simulation } from '../simulation.ts';
import type { Session } from '../session.ts';
import type { Database } from '../store/database.ts';
import type { RowSource } from '../store/row-set.ts';
import type { Table } from '../store/table.ts';
import type { Answer } from './answer.ts';
import { parseBody, type JsonObject } from './json-body.ts';
import { may, requirePrivilege } from './privileges.ts';
import type { Upload } from './upload.ts';

export type Exchange = {
  readonly simulation: Simulation;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Files that came with it, which are not in the body. */
  readonly uploads?: readonly Upload[];
  /** Reads answer from this long ago. */
  readonly staleMs: number;
};

export type InSession = Exchange & { readonly session: Session; readonly database: Database };

type RouteShape = {
  readonly kind: RequestKind;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Bodies that must be declared as JSON or as multipart. */
  readonly body?: 'json' | 'multipart';
};

export type Route = RouteShape &
  (
    | { readonly auth: 'none'; readonly handle: (exchange: Exchange) => Answer | Promise<Answer> }
    | { readonly auth: 'token'; readonly handle: (exchange: InSession) => Answer | Promise<Answer> }
  );

export const param = (exchange: Exchange, name: string): string => exchange.params[name] ?? '';

/** An empty body counts as `{}` (see login for the one call where it does not). */
export const jsonBody = (exchange: Exchange): JsonObject =>
  exchange.body.length === 0 ? {} : parseBody(exchange.body.toString('utf8'));

/** The rows of a table that this session may see, now or as they were. */
export function visibleRows(exchange: InSession, table: Table): RowSource {
  const { simulation, session } = exchange;
  if (!may(exchange, 'view')) return { rows: [] };
  const source =
    exchange.staleMs > 0 ? table.rows.asOf(simulation.host.time.now() - exchange.staleMs) : table.rows;
  const rules = simulation.hidden.get(hiddenKey(table));
  if (!rules) return source;
  return { rows: source.rows.filter((row) => !isHidden(exchange, table, row.id, session.account)) };
}

export const hiddenKey = (table: Table): string => `${table.database.name}\n${table.name}`;

export const isHidden = (exchange: Exchange, table: Table, id: number, account: string): boolean =>
  ruleThatHides(exchange, table, id, account) !== undefined;

/** Throws what a request for one record gets that its account may not see. */
export function refuseHidden(exchange: InSession, table: Table, id: number): void {
  requirePrivilege(exchange, 'view');
  const rule = ruleThatHides(exchange, table, id, exchange.session.account);
  if (rule) throw new FileMakerFailure(rule.code);
}

const ruleThatHides = (exchange: Exchange, table: Table, id: number, account: string) =>
  exchange.simulation.hidden
    .get(hiddenKey(table))
    ?.find((rule) => rule.account === account && rule.recordIds.has(id));

export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
  });
}
