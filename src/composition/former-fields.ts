/**
 * Fields that are called otherwise on their server than when it last showed them, and are the same by its ids (OData). The sync goes on with
 * them by their ids; where the configuration still names one as before, people are told what to write.
 */
import { occurrenceIn } from '../config/binding-ids.ts';
import type { Configuration, LinkConfiguration } from '../config/configuration.ts';
import { shownOrMissing } from '../config/further-layout.ts';
import { LinkLayout } from '../config/link-layout.ts';
import { ownFieldId } from '../core/field-ids.ts';
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import type { LayoutField, Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';

/** Each with the names that it had before and no other field has now. */
export function withFormerNames<Field extends LayoutField>(
  shown: readonly Field[],
  before: readonly LayoutField[] | undefined,
): readonly Field[] {
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

/** As its server shows a layout now; a table occurrence that is called otherwise is found by the id that its fields told. */
export async function shownOrRenamed(
  live: Pick<Server, 'layout'>,
  { database, layout }: Pick<LinkConfiguration, 'database' | 'layout'>,
  known: readonly LayoutField[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly answer: readonly LayoutField[] | ServerError; readonly isRenamed: boolean }> {
  const answer = await shownOrMissing(() => live.layout(database, layout, signal));
  if (!(answer instanceof ServerError)) return { answer: withFormerNames(answer, known), isRenamed: false };
  const id = occurrenceIn(known ?? []);
  const byId = id === undefined ? answer : await shownOrMissing(() => live.layout(database, id, signal));
  return byId instanceof ServerError
    ? { answer, isRenamed: false }
    : { answer: withFormerNames(byId, known), isRenamed: true };
}

/** By their names in the configuration: what the server calls them now, and what the configuration says that it does. */
export type CalledOtherwise = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly fields: Readonly<Record<FieldName, { readonly was: string; readonly now: string }>>;
  /** The table occurrence of the configuration, where the server calls it otherwise: how is not told. */
  readonly occurrence?: string;
};

/** Of a table on one server; none where all are called as the configuration says. */
export function calledOtherwise(
  table: TableName,
  link: LinkConfiguration,
  names: readonly FieldName[],
  { fields, isRenamed }: { readonly fields: readonly LayoutField[]; readonly isRenamed?: boolean },
): readonly CalledOtherwise[] {
  const layout = new LinkLayout(link, fields);
  const found = names.flatMap((name) => {
    const [was, now] = [layout.nameOf(name), layout.presentName(name)];
    return was === now ? [] : [[name, { was, now }] as const];
  });
  if (found.length === 0 && isRenamed !== true) return [];
  const called = { table, server: link.server, fields: Object.fromEntries(found) };
  return [isRenamed === true ? { ...called, occurrence: link.layout } : called];
}

/** Whatever is named or kept the same in a table. */
export const namedIn = (
  { key, modified }: Configuration['tables'][number],
  kept: readonly FieldName[],
): readonly FieldName[] => [...new Set([key, modified.field, ...kept])];

/** Such as `the field email is called email_address on hq now`. */
export function calledWords({ server, fields, occurrence }: Omit<CalledOtherwise, 'table'>): string {
  const each = Object.values(fields).map(({ was, now }) => `${was} is called ${now}`);
  const words = [
    ...(occurrence === undefined ? [] : [`the table occurrence ${occurrence} is called otherwise`]),
    ...(each.length === 0 ? [] : [`the ${each.length === 1 ? 'field' : 'fields'} ${each.join(', ')}`]),
  ];
  return `${words.join(', and ')} on ${server} now`;
}

/** What to write under the server's link, such as `rename: { email: email_address }`. How an occurrence is called is seen in FileMaker. */
export function renameToWrite({ fields, occurrence }: Omit<CalledOtherwise, 'table'>): string {
  const each = Object.entries(fields).map(([name, { now }]) => `${asYaml(name)}: ${asYaml(now)}`);
  const words = [
    ...(occurrence === undefined ? [] : ['its present name as table']),
    ...(each.length === 0 ? [] : [`rename: { ${each.join(', ')} }`]),
  ];
  return words.join(' and ');
}

/** Quoted where YAML could take it for something else. */
const asYaml = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? name : JSON.stringify(name);
