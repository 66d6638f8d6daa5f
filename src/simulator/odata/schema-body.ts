/** Field definitions of schema changes, in SQL's words, as FileMaker's fields and back (help.claris.com odata-guide create-table). */
import { z } from 'zod';
import type { AutoEnter, FieldDescription, FieldType } from '../description.ts';
import { badBody } from './faults.ts';

const field = z.looseObject({
  name: z.string(),
  type: z.string(),
  primary: z.boolean().optional(),
  unique: z.boolean().optional(),
  nullable: z.boolean().optional(),
  global: z.boolean().optional(),
  default: z.string().optional(),
});

export type FieldDefinition = z.infer<typeof field>;

const newTable = z.object({ tableName: z.string(), fields: z.array(field) });
const moreFields = z.object({ fields: z.array(field) });
const newIndex = z.object({ indexName: z.string() });

const types: readonly (readonly [RegExp, FieldType])[] = [
  [/^(?:numeric|decimal|int)/, 'number'],
  [/^timestamp/, 'timestamp'],
  [/^date/, 'date'],
  [/^time/, 'time'],
  [/^(?:varchar|character varying)/, 'text'],
  [/^(?:blob|varbinary|longvarbinary|binary varying)/, 'container'],
];

const defaults: Readonly<Record<string, AutoEnter>> = {
  user: 'createdBy',
  username: 'createdBy',
  current_user: 'createdBy',
  current_date: 'createdAt',
  curdate: 'createdAt',
  current_time: 'createdAt',
  curtime: 'createdAt',
  current_timestamp: 'createdAt',
  curtimestamp: 'createdAt',
};

/** `INT[4]` repeats, `VARCHAR(100)` has a longest. Throws -1002 for other types and defaults. */
export function fieldOf({ name, type, ...rest }: FieldDefinition): FieldDescription {
  const [, bare = '', longest, repetitions] = /^([a-z ]+?)(?:\((\d+)\))?(?:\[(\d+)\])?$/i.exec(type) ?? [];
  const known = types.find(([pattern]) => pattern.test(bare.toLowerCase()));
  const autoEnter = rest.default === undefined ? undefined : defaults[rest.default.toLowerCase()];
  if (!known || (rest.default !== undefined && autoEnter === undefined)) throw badBody();
  const isKey = rest.primary === true;
  const validation = {
    ...(isKey || rest.nullable === false ? { notEmpty: true } : {}),
    ...(isKey || rest.unique === true ? { unique: true } : {}),
    ...(longest === undefined ? {} : { maxLength: Number(longest) }),
  };
  return {
    name,
    type: known[1],
    ...(rest.global === true ? { global: true } : {}),
    ...(autoEnter === undefined ? {} : { autoEnter }),
    ...(repetitions === undefined ? {} : { repetitions: Number(repetitions) }),
    ...(Object.keys(validation).length === 0 ? {} : { validation }),
  };
}

export const newTableOf = (text: string) => parsed(newTable, text);
export const moreFieldsOf = (text: string) => parsed(moreFields, text);
export const newIndexOf = (text: string) => parsed(newIndex, text);

function parsed<T>(schema: z.ZodType<T>, text: string): T {
  const { data } = schema.safeParse(jsonOf(text));
  if (data === undefined) throw badBody();
  return data;
}

/** Throws -1002. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw badBody();
    throw cause;
  }
}
