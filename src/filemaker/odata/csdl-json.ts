/** `$metadata` as JSON. */
import { valueAt } from '../http/answer.ts';
import { type Csdl, type RawField, type RawTable, tableOf, termName, versionIn } from './csdl.ts';

/** Undefined where it is no such document. */
export function csdlInJson(document: unknown): Csdl | undefined {
  if (valueAt(document, '$Version') === undefined) return undefined;
  const schemas = objectsIn(document);
  const sets = new Map(schemas.flatMap(([, schema]) => setsIn(schema)));
  const annotations = new Map(
    [document, ...schemas.map(([, schema]) => schema)].flatMap((one) => [...annotationsOf(one)]),
  );
  const schemaVersion = annotations.get('SchemaVersion');
  const serverVersion = versionIn(annotations.get('ServerVersion'));
  return {
    ...(schemaVersion !== undefined && { schemaVersion }),
    ...(serverVersion !== undefined && { serverVersion }),
    tables: schemas
      .flatMap(([, schema]) => tablesIn(schema))
      .map((raw) => tableOf(raw, sets.get(raw.typeName))),
  };
}

const objectsIn = (from: unknown): readonly (readonly [string, object])[] =>
  typeof from !== 'object' || from === null || Array.isArray(from)
    ? []
    : Object.entries(from).flatMap(([name, value]: [string, unknown]) =>
        typeof value === 'object' && value !== null && !Array.isArray(value) ? [[name, value] as const] : [],
      );

function tablesIn(schema: object): readonly RawTable[] {
  return objectsIn(schema)
    .filter(([, one]) => valueAt(one, '$Kind') === 'EntityType')
    .map(([typeName, one]) => ({
      typeName,
      key: keyOf(valueAt(one, '$Key')),
      fields: objectsIn(one).filter(isField).map(fieldOf),
      annotations: annotationsOf(one),
    }));
}

const isField = ([name, field]: readonly [string, object]): boolean =>
  !/^[$@]/.test(name) && (valueAt(field, '$Kind') ?? 'Property') === 'Property';

/** An alias is an object of its name and the path; FileMaker has none (assumed). */
const keyOf = (key: unknown): readonly string[] =>
  Array.isArray(key) ? key.filter((one): one is string => typeof one === 'string') : [];

function fieldOf([name, field]: readonly [string, object]): RawField {
  const type = valueAt(field, '$Type');
  const value = valueAt(field, '$DefaultValue');
  const length = valueAt(field, '$MaxLength');
  return {
    name,
    type: typeof type === 'string' ? type : 'Edm.String',
    nullable: valueAt(field, '$Nullable') === true,
    defaultValue: value === undefined ? undefined : textOf(value),
    maxLength: typeof length === 'number' ? length : undefined,
    annotations: annotationsOf(field),
  };
}

function annotationsOf(from: unknown): ReadonlyMap<string, string> {
  if (typeof from !== 'object' || from === null) return new Map();
  return new Map(
    Object.entries(from).flatMap(([name, value]: [string, unknown]): [string, string][] =>
      name.startsWith('@') ? [[termName(name.slice(1)), textOf(value)]] : [],
    ),
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** Sets stand in the schema itself (recorded) or in a container of it (as the standard has it): the type's name, and theirs. */
function setsIn(schema: object): readonly (readonly [string, string])[] {
  return objectsIn(schema).flatMap(([name, one]) => {
    const kind = valueAt(one, '$Kind');
    if (kind === 'EntityContainer') return objectsIn(one).flatMap(setOf);
    return kind === 'EntitySet' ? setOf([name, one]) : [];
  });
}

function setOf([name, one]: readonly [string, object]): readonly (readonly [string, string])[] {
  const type = valueAt(one, '$Type');
  return typeof type === 'string' ? [[termName(type), name]] : [];
}
