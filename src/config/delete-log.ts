/** The log of deletes of a table on one server, from what is said of all servers and of this one. */
import { type Api, shownBy } from '../core/api.ts';
import type { ParsedLink, ParsedTable } from './schema.ts';

export type DeleteLogConfiguration = {
  /** Or the table occurrence, over OData. */
  readonly layout: string;
  /** Names on the server: `rename` is for the fields of the records. */
  readonly key: string;
  readonly deletedAt: string;
};

/** Undefined where there is none, where the server only receives, and where parts of it are missing. */
export function deleteLogOf(
  ofAll: ParsedTable['deletes']['log'],
  { role, deleteLog: own }: Pick<ParsedLink, 'role' | 'deleteLog'>,
  api: Api,
): DeleteLogConfiguration | undefined {
  if (own === 'none' || role === 'receive') return undefined;
  const { [shownBy[api]]: layout, key, deletedAt } = { ...ofAll, ...own };
  if (layout === undefined || key === undefined || deletedAt === undefined) return undefined;
  return { layout, key, deletedAt };
}
