/**
 * Fields that are called otherwise on their server than when it last showed them, and are the same by its ids (OData). The sync goes on with
 * them by their ids; where the configuration still names one as before, people are told what to write.
 */
import type { Configuration, LinkConfiguration } from '../config/configuration.ts';
import { LinkLayout } from '../config/link-layout.ts';
import { ownFieldId } from '../core/field-ids.ts';
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import type { LayoutField } from '../ports/server.ts';

/** Each with the names that it had before and no other field has now. */
export function withFormerNames(
  shown: readonly LayoutField[],
  before: readonly LayoutField[] | undefined,
): readonly LayoutField[] {
  const present = new Set(shown.map(({ name }) => name));
  const known = new Map(
    (before ?? []).flatMap((field) =>
      field.id === undefined ? [] : [[ownFieldId(field.id), field] as const],
    ),
  );
  return shown.map((field) => {
    const was = field.id === undefined ? undefined : known.get(ownFieldId(field.id));
    const names = was === undefined ? [] : [was.name, ...(was.formerly ?? [])];
    const formerly = [...new Set(names)].filter((name) => !present.has(name));
    return formerly.length === 0 ? field : { ...field, formerly };
  });
}

/** By their names in the configuration: what the server calls them now, and what the configuration says that it does. */
export type CalledOtherwise = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly fields: Readonly<Record<FieldName, { readonly was: string; readonly now: string }>>;
};

/** Of a table on one server; none where all are called as the configuration says. */
export function calledOtherwise(
  table: TableName,
  link: LinkConfiguration,
  names: readonly FieldName[],
  fields: readonly LayoutField[],
): readonly CalledOtherwise[] {
  const layout = new LinkLayout(link, fields);
  const found = names.flatMap((name) => {
    const [was, now] = [layout.nameOf(name), layout.presentName(name)];
    return was === now ? [] : [[name, { was, now }] as const];
  });
  return found.length === 0 ? [] : [{ table, server: link.server, fields: Object.fromEntries(found) }];
}

/** Whatever is named or kept the same in a table. */
export const namedIn = (
  { key, modified }: Configuration['tables'][number],
  kept: readonly FieldName[],
): readonly FieldName[] => [...new Set([key, modified.field, ...kept])];

/** Such as `the field email is called email_address on hq now`. */
export function calledWords({ server, fields }: Omit<CalledOtherwise, 'table'>): string {
  const each = Object.values(fields).map(({ was, now }) => `${was} is called ${now}`);
  return `the ${each.length === 1 ? 'field' : 'fields'} ${each.join(', ')} on ${server} now`;
}

/** What to write under the server's link, such as `rename: { email: email_address }`. */
export function renameToWrite({ fields }: Omit<CalledOtherwise, 'table'>): string {
  const each = Object.entries(fields).map(([name, { now }]) => `${asYaml(name)}: ${asYaml(now)}`);
  return `rename: { ${each.join(', ')} }`;
}

/** Quoted where YAML could take it for something else. */
const asYaml = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
