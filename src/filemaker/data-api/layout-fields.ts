/** The fields of a layout (help.claris.com data-api-guide get-layout-metadata). */
import { z } from 'zod';
import type { FieldType } from '../../core/link.ts';
import type { LayoutField } from '../../ports/server.ts';
import { type Place, unreadable } from './failures.ts';

const results = ['text', 'number', 'date', 'time', 'timeStamp', 'container'] as const;

const fieldTypes: Readonly<Record<(typeof results)[number], FieldType>> = {
  text: 'text',
  number: 'number',
  date: 'date',
  time: 'time',
  timeStamp: 'timestamp',
  container: 'container',
};

const layoutMetadata = z.object({
  fieldMetaData: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      result: z.enum(results),
      global: z.boolean().default(false),
      autoEnter: z.boolean().default(false),
      maxRepeat: z.coerce.number().int().positive().default(1),
    }),
  ),
});

export function layoutFields(place: Place, response: unknown): readonly LayoutField[] {
  const shown = layoutMetadata.safeParse(response);
  if (!shown.success) throw unreadable(place, `layout metadata at ${shown.error.issues[0]?.path.join('.')}`);
  return shown.data.fieldMetaData.map((field) => ({
    name: field.name,
    type: fieldTypes[field.result],
    writable: field.type === 'normal' && !field.global,
    autoEnter: field.autoEnter,
    repetitions: field.maxRepeat,
  }));
}
