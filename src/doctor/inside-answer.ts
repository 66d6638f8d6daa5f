/**
 * What the function `doctor` of a stack answers whoever asked for a look from inside: one form for both ends, which may be of
 * different versions.
 *
 *   R9  Values of value lists may come from records: a digest stands for each. Of the records themselves a look holds digests
 *       alone (same-keys.ts).
 */
import { z } from 'zod';
import type { Configuration } from '../config/configuration.ts';
import { digestOf } from '../core/digest.ts';
import { type CheckId, checks } from './catalogue.ts';
import type { SeenTable, ServerLook } from './look.ts';

export type InsideAnswer = {
  /** Of the configuration that was deployed: see writtenDigest. */
  readonly configuration: string;
  readonly look: ServerLook;
};

/** The same for two files that differ in comments and spaces only. */
export const writtenDigest = ({ source }: Pick<Configuration, 'source'>): string =>
  digestOf(JSON.stringify(source.valueAt([])));

export const insideAnswer = (configuration: Configuration, look: ServerLook): InsideAnswer => ({
  configuration: writtenDigest(configuration),
  look: { ...look, seen: look.seen.map(withoutValues) },
});

function withoutValues({ layout, ...rest }: SeenTable): SeenTable {
  const valueLists = layout.valueLists.map(({ name, values }) => ({ name, values: values.map(digestOf) }));
  return { ...rest, layout: { ...layout, valueLists } };
}

const text = z.string();
const isCheckId = (id: string): id is CheckId => Object.hasOwn(checks, id);

const finding = z.object({
  check: text.refine(isCheckId),
  status: z.enum(['ok', 'warning', 'error', 'unproven']),
  server: text.exactOptional(),
  table: text.exactOptional(),
  text,
  remedy: text.exactOptional(),
  figures: z.record(text, z.number()).exactOptional(),
});

const field = z.object({
  name: text,
  formerly: z.array(text).readonly().exactOptional(),
  type: z.enum(['text', 'number', 'date', 'time', 'timestamp', 'container']),
  repetitions: z.number(),
  writable: z.boolean(),
  autoEnter: z.boolean(),
  kind: z.enum(['normal', 'calculation', 'summary']),
  global: z.boolean(),
  notEmpty: z.boolean(),
  numeric: z.boolean(),
  fourDigitYear: z.boolean(),
  timeOfDay: z.boolean(),
  maxCharacters: z.number(),
  valueList: text.exactOptional(),
});

const layout = z.object({
  fields: z.array(field),
  portals: z.array(text),
  valueLists: z.array(z.object({ name: text, values: z.array(text) })),
});

const sample = z.object({
  isWhole: z.boolean(),
  keys: z.array(text),
  marks: z.array(z.object({ field: text.exactOptional(), of: z.array(text) })),
});

/** Not of this form: the function is of another version, or it did not come to an answer. */
export const insideAnswerSchema: z.ZodType<InsideAnswer> = z.object({
  configuration: text,
  look: z.object({
    server: text,
    findings: z.array(finding),
    offset: z.object({ lo: z.number(), hi: z.number() }).exactOptional(),
    seen: z.array(z.object({ table: text, layout, sample: sample.exactOptional() })),
  }),
});
