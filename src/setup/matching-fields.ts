/** Which fields of layouts on several servers are the same, by name and type. */
import type { FieldName, ServerName } from '../core/names.ts';
import type { InspectedField } from '../ports/inspection.ts';
import { keyNamed, plain, stampOf } from './names.ts';
import type { SeenLayout } from './seen.ts';

/** One field of the table, with what it is on each server; `name` is that on the first. */
export type MatchedField = {
  readonly name: FieldName;
  readonly on: ReadonlyMap<ServerName, InspectedField>;
};

export type FieldMatch = {
  /** On every server, with one type, in the order of the first layout. */
  readonly matched: readonly MatchedField[];
  /** On every server, with different types. */
  readonly mismatched: readonly MatchedField[];
  /** Names on some servers only. */
  readonly alone: readonly { readonly server: ServerName; readonly name: string }[];
};

/** `layouts`: one of each server, the first is the reference. */
export function matchFields(layouts: readonly SeenLayout[]): FieldMatch {
  const [reference, ...others] = layouts;
  if (reference === undefined) return { matched: [], mismatched: [], alone: [] };
  const counterparts = others.map((other) => ({
    server: other.server,
    of: counterpartsOf(reference, other),
  }));
  const everywhere = own(reference).flatMap((field): readonly MatchedField[] => {
    const there = counterparts.flatMap(({ server, of }) => {
      const counterpart = of.get(field.name);
      return counterpart === undefined ? [] : [[server, counterpart] as const];
    });
    if (there.length < others.length) return [];
    return [{ name: field.name, on: new Map([[reference.server, field], ...there]) }];
  });
  const found = new Set(
    everywhere.flatMap(({ on }) => [...on].map(([server, { name }]) => `${server} ${name}`)),
  );
  const alone = layouts.flatMap(({ server, ...layout }) =>
    own(layout).flatMap(({ name }) => (found.has(`${server} ${name}`) ? [] : [{ server, name }])),
  );
  return {
    matched: everywhere.filter(({ on }) => typesOf(on).size === 1),
    mismatched: everywhere.filter(({ on }) => typesOf(on).size > 1),
    alone,
  };
}

const typesOf = (on: MatchedField['on']) => new Set([...on.values()].map(({ type }) => type));

/** Not those of related tables. */
const own = ({ fields }: Pick<SeenLayout, 'fields'>): readonly InspectedField[] =>
  fields.filter(({ name }) => !name.includes('::'));

/** By the exact name, else by the name without case, accents and signs, else as the only one on both for its purpose. */
function counterpartsOf(a: SeenLayout, b: SeenLayout): ReadonlyMap<string, InspectedField> {
  const pairs = new Map<string, InspectedField>();
  const free = new Map(own(b).map((field) => [field.name, field]));
  for (const same of [(field: InspectedField) => field.name, plainName, purposeIn(a, b)])
    for (const field of own(a)) {
      if (pairs.has(field.name)) continue;
      const found = onlyWith(same(field), [...free.values()], same);
      if (
        found === undefined ||
        (same !== plainName && same(field) !== field.name && found.type !== field.type)
      )
        continue;
      pairs.set(field.name, found);
      free.delete(found.name);
    }
  return pairs;
}

const plainName = ({ name }: InspectedField): string => plain(name);

function onlyWith(
  wanted: string | undefined,
  fields: readonly InspectedField[],
  by: (field: InspectedField) => string | undefined,
): InspectedField | undefined {
  if (wanted === undefined || wanted === '') return undefined;
  const found = fields.filter((field) => by(field) === wanted);
  return found.length === 1 ? found[0] : undefined;
}

/** Key and stamps in two languages: where each layout has one field for that purpose. */
function purposeIn(a: SeenLayout, b: SeenLayout): (field: InspectedField) => string | undefined {
  const purpose = ({ name, type, autoEnter }: InspectedField): string | undefined => {
    if (!autoEnter) return undefined;
    const stamp = stampOf(name, type);
    if (stamp !== undefined) return `${stamp} ${type}`;
    const isKey = (type === 'text' || type === 'number') && keyNamed(name, a.layout) === 'own';
    return isKey ? `key ${type}` : undefined;
  };
  const single = new Set(
    [...new Set(own(a).map(purpose))].filter((one) =>
      [a, b].every((layout) => own(layout).filter((field) => purpose(field) === one).length === 1),
    ),
  );
  return (field) => {
    const found = purpose(field);
    return single.has(found) ? found : undefined;
  };
}
