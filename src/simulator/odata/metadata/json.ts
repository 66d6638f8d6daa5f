/** `$metadata` as JSON, in the shape of a real file of 22.0.2. */
import type { EntityType, Property } from './model.ts';
import type { Described } from './xml.ts';

export function metadataJson(described: Described): string {
  const { file, entities, isAnnotated } = described;
  const types = entities.map((entity) => [`${entity.name}_`, typeJson(entity, file, isAnnotated)] as const);
  const sets = entities.map(({ name }) => [name, { $Kind: 'EntitySet', $Type: `${file}.${name}_` }] as const);
  return JSON.stringify({
    $Version: '4.01',
    ...(isAnnotated ? { '@ServerVersion': described.serverVersion } : {}),
    [file]: {
      ...(isAnnotated ? { '@Org.OData.Core.V1.SchemaVersion': described.schemaVersion } : {}),
      ...Object.fromEntries([...types, ...sets]),
    },
  });
}

function typeJson(
  { tableId, keys, properties, related }: EntityType,
  file: string,
  isAnnotated: boolean,
): object {
  return {
    $Kind: 'EntityType',
    ...(isAnnotated ? { '@TableID': tableId } : {}),
    ...(keys.length > 0 ? { $Key: keys } : {}),
    ...Object.fromEntries(properties.map((property) => [property.name, propertyJson(property, isAnnotated)])),
    ...Object.fromEntries(
      related.map((target) => [
        target,
        { $Kind: 'NavigationProperty', $Collection: true, $Type: `${file}.${target}_` },
      ]),
    ),
  };
}

function propertyJson(property: Property, isAnnotated: boolean): object {
  const { isNullable, defaultValue, type } = property;
  return {
    ...(isAnnotated ? { '@FieldID': property.fieldId } : {}),
    ...(isNullable ? { $Nullable: true } : {}),
    ...(defaultValue === undefined ? {} : { $DefaultValue: defaultValue }),
    ...(isAnnotated ? annotationsOf(property) : {}),
    $Type: type,
  };
}

const annotationsOf = ({ flags, maxRepetitions, isReadOnly }: Property): object => ({
  ...Object.fromEntries(flags.map((name) => [`@${name}`, true])),
  ...(maxRepetitions > 1 ? { '@MaxRepetitions': maxRepetitions } : {}),
  ...(isReadOnly ? { '@Org.OData.Core.V1.Permissions': 'Org.OData.Core.V1.Permission@Read' } : {}),
});
