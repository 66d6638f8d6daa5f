/**
 * What a server calls otherwise than when the sync last read it. Over OData the sync goes on with it by its ids, and so does the look; where
 * nothing was read yet a name that is wrong is a name that is wrong.
 */
import { occurrenceIn } from '../config/binding-ids.ts';
import type { LayoutPlace, LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import type { FieldName } from '../core/names.ts';
import {
  calledOtherwise,
  calledWords,
  namedIn,
  renameToWrite,
  withFormerNames,
} from '../composition/former-fields.ts';
import type { FieldLists } from '../ports/control.ts';
import type { InspectedLayout, Inspection } from '../ports/inspection.ts';
import type { LayoutField } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import { type Found, ok, warning } from './finding.ts';
import { answered } from './server-errors.ts';

/** The fields of a layout as the sync knows them; undefined where it never read them. */
export type KnownFields = (place: LayoutPlace) => Promise<readonly LayoutField[] | undefined>;

export const knownFieldsIn =
  (lists: Pick<FieldLists, 'fieldList'>): KnownFields =>
  async ({ server, database, layout }) =>
    (await lists.fieldList(server, database, layout))?.fields;

export type ShownNow = {
  readonly layout: InspectedLayout;
  /** As the server can be asked for it: by its id, where the occurrence has another name. */
  readonly link: LinkConfiguration;
  readonly isRenamed: boolean;
};

/** Its fields with the names by which the sync knows them. Throws ServerError, but gives what says that there is no such layout. */
export async function shownNow(
  link: LinkConfiguration,
  inspection: Inspection,
  known: readonly LayoutField[] | undefined,
  signal: AbortSignal,
): Promise<ShownNow | ServerError> {
  const ask = (layout: string): Promise<InspectedLayout | ServerError> =>
    answered(() => inspection.layout(link.database, layout, signal));
  const asNamed = await ask(link.layout);
  const id = occurrenceIn(known ?? []);
  const isMissing = asNamed instanceof ServerError && asNamed.code === 'layout-missing';
  const shown = isMissing && id !== undefined ? await ask(id) : asNamed;
  if (shown instanceof ServerError) return asNamed instanceof ServerError ? asNamed : shown;
  const fields = withFormerNames(shown.fields, known);
  const layout = { ...shown, fields };
  const isRenamed = shown !== asNamed;
  return { layout, isRenamed, link: isRenamed && id !== undefined ? { ...link, layout: id } : link };
}

/** `kept`: the fields that are kept the same, by their names in the configuration. */
export function renamedFinding(
  table: TableConfiguration,
  link: LinkConfiguration,
  kept: readonly FieldName[],
  { layout: { fields }, isRenamed }: ShownNow,
): Found {
  const [called] = calledOtherwise(table.name, link, namedIn(table, kept), { fields, isRenamed });
  if (called === undefined) return ok('renamed', 'its table and fields are called as the configuration says');
  return warning(
    'renamed',
    `${calledWords(called)}; the sync goes on by its id`,
    `Write ${renameToWrite(called)} under tables.${table.name}.servers.${link.server}. Nothing is read or written anew for that.`,
  );
}
