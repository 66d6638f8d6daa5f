/** The records that belong on a server: find criteria as the FileMaker Data API takes them, and what becomes of those that leave. */
import { z } from 'zod';
import { text } from './schema-parts.ts';

const criterion = z
  .union([z.string(), z.number()])
  .transform(String)
  .describe('A criterion such as ==North, = (empty), * (not empty), >=5 or 2026-01-01...2026-12-31');

const criteria = z
  .record(text, criterion)
  .describe('A map from fields to criteria, such as { region: ==North }; all of them have to match');

/** `omit` is no field: it takes what matches out. */
const request = z
  .object({ omit: z.literal(true).optional().describe('true: the records that match are left out') })
  .catchall(criterion)
  .describe('A map from fields to criteria, such as { region: ==North }, with omit: true to leave those out');

const requestOf = ({ omit, ...fields }: z.output<typeof request>): WhereRequest => ({
  omit: omit === true,
  criteria: Object.entries(fields),
});

export const where = z
  .union([criteria, z.array(request).min(1)])
  .transform(
    (entry): Where =>
      Array.isArray(entry)
        ? { isOneMap: false, requests: entry.map(requestOf) }
        : { isOneMap: true, requests: [{ omit: false, criteria: Object.entries(entry) }] },
  )
  .describe(
    'The records that belong on this server, such as { region: ==North }, or a list of such maps of which any may match',
  );

export type Where = {
  readonly requests: readonly WhereRequest[];
  /** It stands in the file as one map, not as a list of them. */
  readonly isOneMap: boolean;
};

export type WhereRequest = {
  readonly omit: boolean;
  readonly criteria: readonly (readonly [field: string, criterion: string])[];
};

export const leave = z
  .enum(['keep', 'remove'])
  .describe(
    'What becomes of a record on this server that does not belong there any more: keep, it stays as it is; remove, it is deleted there',
  );
