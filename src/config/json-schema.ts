/** The format as JSON Schema, for editors; its descriptions also tell people what belongs in a place. */
import { z } from 'zod';
import type { Path } from './problem.ts';
import { fileSchema } from './schema.ts';

type Schema = z.core.JSONSchema._JSONSchema;
type SchemaObject = z.core.JSONSchema.BaseSchema;

/** Draft 7: what editors understand today. */
export function configurationJsonSchema(): SchemaObject {
  return {
    title: 'serversync.yaml',
    ...z.toJSONSchema(fileSchema, { target: 'draft-7', io: 'input', override: keepExamples }),
  };
}

/** Zod drops examples of what is parsed further, since they could be of the result; ours are of what is written. */
function keepExamples(context: { zodSchema: z.core.$ZodType; jsonSchema: SchemaObject }): void {
  const examples = z.globalRegistry.get(context.zodSchema)?.examples;
  if (Array.isArray(examples)) context.jsonSchema.examples = examples;
}

let made: SchemaObject | undefined;

/** What belongs at this place, in words. */
export function describedAt(path: Path): string | undefined {
  return schemasAt(path)
    .map(({ description }) => description)
    .find((description) => description !== undefined);
}

/** Whether what belongs here has a form of its own, so that quotes alone would not mend a number. */
export function hasForm(path: Path): boolean {
  return schemasAt(path).some(({ examples }) => examples !== undefined);
}

/** The names that the map at this place may have; none where any name may stand. */
export function namesAt(path: Path): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

function schemasAt(path: Path): readonly SchemaObject[] {
  made ??= configurationJsonSchema();
  return path.reduce<readonly SchemaObject[]>(
    (schemas, step) => schemas.flatMap((schema) => below(schema, step)),
    alternatives(made),
  );
}

function below(schema: SchemaObject, step: string | number): readonly SchemaObject[] {
  if (typeof step === 'number') return Array.isArray(schema.items) ? [] : alternatives(schema.items);
  const properties = schema.properties ?? {};
  return alternatives(Object.hasOwn(properties, step) ? properties[step] : schema.additionalProperties);
}

/** The schema itself and, where it is a choice, what can be chosen. */
function alternatives(schema: Schema | undefined): readonly SchemaObject[] {
  if (typeof schema !== 'object') return [];
  return [schema, ...(schema.anyOf ?? []).flatMap((choice) => alternatives(choice))];
}
