import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { configurationJsonSchema } from '../../src/config/json-schema.ts';
import { example, exampleWith } from './examples.ts';
import { configurationValue } from './valid-configurations.ts';

const schema = configurationJsonSchema();
const validate = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);

test('an editor accepts the example', () => {
  validate(parse(example));
  expect(validate.errors).toBeNull();
});

test('an editor accepts whatever loads', () => {
  fc.assert(
    fc.property(configurationValue, (value) => {
      validate(value);
      expect(validate.errors).toBeNull();
    }),
  );
});

test.each([
  ['an unknown name', exampleWith([['servers', 'hq', 'sesions'], 8])],
  ['a missing key', exampleWith([['tables', 'contacts', 'key'], undefined])],
  ['a duration without a unit', exampleWith([['schedule', 'settle'], '5'])],
  ['an API that there is not', exampleWith([['servers', 'hq', 'api'], 'xml'])],
  [
    'a place with neither a layout nor a table',
    exampleWith([['tables', 'contacts', 'servers', 'hq', 'layout'], undefined]),
  ],
  ['a name with a blank', exampleWith([['servers', 'head office'], {}])],
])('an editor marks %s', (_, text) => {
  expect(validate(parse(text))).toBe(false);
});

test('an editor can explain every setting', () => {
  const unexplained: string[] = [];
  collect(schema, 'serversync.yaml', unexplained);
  expect(unexplained).toEqual([]);
});

test('an editor knows defaults and examples', () => {
  expect(schema.properties?.['schedule']).toMatchObject({
    properties: { enumerate: { default: '5 minutes', examples: ['5 minutes'] } },
  });
});

type Schema = ReturnType<typeof configurationJsonSchema>;

function collect(from: Schema, place: string, unexplained: string[]): void {
  for (const [name, below] of Object.entries(from.properties ?? {})) {
    if (typeof below !== 'object') continue;
    if (below.description === undefined) unexplained.push(`${place}.${name}`);
    collect(below, `${place}.${name}`, unexplained);
  }
  if (typeof from.additionalProperties === 'object')
    collect(from.additionalProperties, `${place}.*`, unexplained);
  for (const choice of from.anyOf ?? []) if (typeof choice === 'object') collect(choice, place, unexplained);
}
