/**
 * What a call is taken for. Whoever knows the secret may have one table looked at sooner, and nothing more: no part of what a call
 * brings along is read.
 */
import type { TableConfiguration } from '../../config/configuration.ts';
import type { ServerName, TableName } from '../../core/names.ts';
import { hookAddressOf } from '../../core/webhook.ts';
import { isOneOf } from './secret.ts';

export type Call = {
  readonly method: string;
  /** Without a query. */
  readonly path: string;
  readonly secret: string | undefined;
};

export type Verdict =
  | { readonly kind: 'hint'; readonly server: ServerName; readonly table: TableName }
  /** `gone`: it was ours, of a table that is not read there any more. */
  | { readonly kind: 'refused'; readonly why: 'method' | 'path' | 'secret' | 'gone' };

export type Callable = {
  readonly installation: string;
  /** Each that counts now. */
  readonly secrets: readonly string[];
  readonly isSent: (table: TableName, server: ServerName) => boolean;
};

/** The secret is looked at before it is told whether there is such a table. */
export function verdictOn(
  { method, path, secret }: Call,
  { installation, secrets, isSent }: Callable,
): Verdict {
  const address = hookAddressOf(path);
  if (address === undefined) return { kind: 'refused', why: 'path' };
  if (method !== 'POST') return { kind: 'refused', why: 'method' };
  if (!isOneOf(secret, secrets)) return { kind: 'refused', why: 'secret' };
  const { server, table } = address;
  const isOurs = address.installation === installation && isSent(table, server);
  return isOurs ? { kind: 'hint', server, table } : { kind: 'refused', why: 'gone' };
}

/** HTTP's. FileMaker tries again what is refused; of what is gone it need not. */
export const statusOf = (verdict: Verdict): number =>
  verdict.kind === 'hint' ? 200 : { method: 405, path: 404, secret: 401, gone: 410 }[verdict.why];

export const isSentIn =
  (tables: readonly TableConfiguration[]): Callable['isSent'] =>
  (table, server) =>
    tables.some(
      ({ name, links }) =>
        name === table && links.some((link) => link.server === server && link.role !== 'receive'),
    );
