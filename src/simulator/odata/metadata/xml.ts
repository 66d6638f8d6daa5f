/** `$metadata` as XML, by the words of a real file of 22.0.2. */
import { escaped } from '../answers.ts';
import type { EntityType, Property } from './model.ts';

export type Described = {
  /** `Main.fmp12`. */
  readonly file: string;
  readonly entities: readonly EntityType[];
  readonly serverVersion: string;
  readonly schemaVersion: string;
  /** False where `Prefer: include-annotations="-*"` leaves them out. */
  readonly isAnnotated: boolean;
};

const ours = 'com.filemaker.odata';

const element = (name: string, attributes: Readonly<Record<string, string>>, inner = ''): string => {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  return inner === '' ? `<${name}${said.join('')}/>` : `<${name}${said.join('')}>${inner}</${name}>`;
};

const annotated = (term: string, value: Readonly<Record<string, string>>): string =>
  element('Annotation', { Term: term, ...value });

export function metadataXml(described: Described): string {
  const { file, entities, isAnnotated } = described;
  const namespace = `${ours}.${file}`;
  const versions = isAnnotated
    ? annotated('ServerVersion', { String: described.serverVersion }) +
      annotated('Org.OData.Core.V1.SchemaVersion', { String: described.schemaVersion })
    : '';
  const types = entities.map((entity) => typeXml(entity, namespace, isAnnotated)).join('');
  const sets = entities.map((entity) => setXml(entity, namespace, isAnnotated)).join('');
  const schema = element(
    'Schema',
    { Namespace: namespace, xmlns: 'http://docs.oasis-open.org/odata/ns/edm' },
    versions + types + element('EntityContainer', { Name: file }, sets + (isAnnotated ? capabilities : '')),
  );
  const services = element('edmx:DataServices', {}, schema);
  const edmx = { Version: '4.01', 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx' };
  return `<?xml version="1.0" encoding="utf-8"?>\n${element('edmx:Edmx', edmx, services)}`;
}

const flag = 'Org.OData.Capabilities.V1';
const capabilities =
  annotated(`${flag}.AsynchronousRequestsSupported`, { Bool: 'false' }) +
  annotated(`${flag}.BatchContinueOnErrorSupported`, { Bool: 'true' });

function setXml({ name, related }: EntityType, namespace: string, isAnnotated: boolean): string {
  const path = isAnnotated ? annotated('Org.OData.Core.V1.ResourcePath', { String: name }) : '';
  const bound = related.map((target) =>
    element('NavigationPropertyBinding', { Path: target, Target: target }),
  );
  return element('EntitySet', { Name: name, EntityType: `${namespace}.${name}_` }, path + bound.join(''));
}

function typeXml(
  { name, tableId, keys, properties, related }: EntityType,
  namespace: string,
  isAnnotated: boolean,
): string {
  const key = element('Key', {}, keys.map((one) => element('PropertyRef', { Name: one })).join(''));
  const annotations = isAnnotated
    ? [
        annotated(`${ours}.BestRowID`, { String: 'ROWID' }),
        annotated(`${ours}.RowVersion`, { String: 'ROWMODID' }),
      ]
    : [];
  const inner = [
    isAnnotated ? annotated(`${ours}.TableID`, { String: tableId }) : '',
    keys.length > 0 ? key : '',
    ...properties.map((property) => propertyXml(property, isAnnotated)),
    ...annotations,
    ...related.map((target) =>
      element('NavigationProperty', { Name: target, Type: `Collection(${namespace}.${target}_)` }),
    ),
  ];
  return element('EntityType', { Name: `${name}_` }, inner.join(''));
}

function propertyXml(property: Property, isAnnotated: boolean): string {
  const { name, type, isNullable, defaultValue } = property;
  const attributes = {
    Name: name,
    Type: type,
    ...(isNullable ? {} : { Nullable: 'false' }),
    ...(defaultValue === undefined ? {} : { DefaultValue: defaultValue }),
  };
  return element('Property', attributes, isAnnotated ? annotationsOf(property) : '');
}

function annotationsOf({ fieldId, flags, maxRepetitions, isReadOnly }: Property): string {
  const member = element('EnumMember', {}, 'Org.OData.Core.V1.Permission/Read');
  return [
    annotated(`${ours}.FieldID`, { String: fieldId }),
    ...flags.map((name) => annotated(`${ours}.${name}`, { Bool: 'true' })),
    maxRepetitions > 1 ? annotated(`${ours}.MaxRepetitions`, { Int: String(maxRepetitions) }) : '',
    isReadOnly ? element('Annotation', { Term: 'Org.OData.Core.V1.Permissions' }, member) : '',
  ].join('');
}
