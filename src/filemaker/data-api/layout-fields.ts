/** A layout's fields, portals and value lists (help.claris.com data-api-guide get-layout-metadata). */
import { z } from 'zod';
import type { FieldType } from '../../core/link.ts';
import type { InspectedField, InspectedLayout } from '../../ports/inspection.ts';
import type { LayoutField } from '../../ports/server.ts';
import { type Place, unreadable } from '../http/failures.ts';

const results = ['text', 'number', 'date', 'time', 'timeStamp', 'container'] as const;

const fieldTypes: Readonly<Record<(typeof results)[number], FieldType>> = {
  text: 'text',
  number: 'number',
  date: 'date',
  time: 'time',
  timeStamp: 'timestamp',
  container: 'container',
};

const fieldMetadata = z.object({
  name: z.string(),
  type: z.string(),
  result: z.enum(results),
  global: z.boolean().default(false),
  autoEnter: z.boolean().default(false),
  maxRepeat: z.coerce.number().int().positive().default(1),
});

const layoutMetadata = z.object({ fieldMetaData: z.array(fieldMetadata) });

const text = z.union([z.string(), z.number().transform(String)]);

const wholeMetadata = z.object({
  fieldMetaData: z.array(
    fieldMetadata.extend({
      notEmpty: z.boolean().default(false),
      numeric: z.boolean().default(false),
      fourDigitYear: z.boolean().default(false),
      timeOfDay: z.boolean().default(false),
      maxCharacters: z.coerce.number().int().nonnegative().default(0),
      valueList: z.string().optional(),
    }),
  ),
  portalMetaData: z.record(z.string(), z.unknown()).default({}),
  valueLists: z.array(z.object({ name: z.string(), values: z.array(z.object({ value: text })) })).default([]),
});

export const layoutFields = (place: Place, response: unknown): readonly LayoutField[] =>
  shownBy(layoutMetadata, place, response).fieldMetaData.map(fieldOf);

export function inspectedLayout(place: Place, response: unknown): InspectedLayout {
  const { fieldMetaData, portalMetaData, valueLists } = shownBy(wholeMetadata, place, response);
  return {
    fields: fieldMetaData.map(inspectedField),
    portals: Object.keys(portalMetaData),
    valueLists: valueLists.map(({ name, values }) => ({ name, values: values.map(({ value }) => value) })),
  };
}

function shownBy<T>(metadata: z.ZodType<T>, place: Place, response: unknown): T {
  const shown = metadata.safeParse(response);
  if (!shown.success) throw unreadable(place, `layout metadata at ${shown.error.issues[0]?.path.join('.')}`);
  return shown.data;
}

const fieldOf = (field: z.infer<typeof fieldMetadata>): LayoutField => ({
  name: field.name,
  type: fieldTypes[field.result],
  writable: field.type === 'normal' && !field.global,
  autoEnter: field.autoEnter,
  repetitions: field.maxRepeat,
});

const inspectedField = (field: z.infer<typeof wholeMetadata>['fieldMetaData'][number]): InspectedField => ({
  ...fieldOf(field),
  kind: field.type === 'calculation' || field.type === 'summary' ? field.type : 'normal',
  global: field.global,
  notEmpty: field.notEmpty,
  numeric: field.numeric,
  fourDigitYear: field.fourDigitYear,
  timeOfDay: field.timeOfDay,
  maxCharacters: field.maxCharacters,
  ...(field.valueList !== undefined && field.valueList !== '' && { valueList: field.valueList }),
});
