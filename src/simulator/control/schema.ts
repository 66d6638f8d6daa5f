/** The shapes of the control API's bodies, also used for descriptions that come from files. */
import { z } from 'zod';
import { requestKinds } from '../description.ts';

export const requestKind = z.enum(requestKinds);

const effect = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('error'),
    code: z.string(),
    status: z.int().exactOptional(),
    after: z.boolean().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('loseSession') }),
  z.strictObject({ kind: z.literal('resetBefore') }),
  z.strictObject({ kind: z.literal('resetAfter') }),
  z.strictObject({
    kind: z.enum(['html', 'gateway']),
    status: z.int(),
    after: z.boolean().exactOptional(),
  }),
  z.strictObject({ kind: z.literal('truncate') }),
  z.strictObject({ kind: z.literal('delay'), ms: z.number(), after: z.boolean().exactOptional() }),
  z.strictObject({ kind: z.literal('staleRead'), upToMs: z.number().positive() }),
  z.strictObject({ kind: z.literal('repeat') }),
  z.strictObject({ kind: z.literal('lose') }),
  z.strictObject({ kind: z.literal('cutUpload'), afterBytes: z.int().nonnegative() }),
]);

export const trouble = z.strictObject({
  effect,
  on: z.array(requestKind).exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
  next: z.int().positive().exactOptional(),
});

const place = { database: z.string().exactOptional(), table: z.string() };
const values = z.record(z.string(), z.union([z.string(), z.number().transform(String)]));
const userEdit = {
  ...place,
  user: z
    .strictObject({
      name: z.string().exactOptional(),
      clockOffsetMs: z.number().exactOptional(),
      timeZone: z.string().exactOptional(),
    })
    .exactOptional(),
  visibleAfterMs: z.number().nonnegative().exactOptional(),
  stamp: z.boolean().exactOptional(),
};
const recordIds = z.array(z.int().positive());

export const bodies = {
  create: z.strictObject({ ...userEdit, values }),
  update: z.strictObject({ ...userEdit, recordId: z.int().positive(), values }),
  remove: z.strictObject({ ...place, recordId: z.int().positive() }),
  records: z.strictObject({ ...place, recordIds }),
  hide: z.strictObject({
    ...place,
    recordIds,
    account: z.string(),
    code: z.enum(['200', '101']).exactOptional(),
  }),
  clock: z.strictObject({
    offsetMs: z.number().exactOptional(),
    stepMs: z.number().exactOptional(),
    advanceMs: z.number().nonnegative().exactOptional(),
  }),
  users: z.strictObject({
    ...place,
    field: z.string(),
    count: z.int().positive().max(1_000),
    thinkMs: z.number().positive(),
    seed: z.int().exactOptional(),
  }),
  capacity: z.strictObject({ sessions: z.int().nonnegative() }),
  data: z.strictObject({ bytes: z.number().nonnegative().exactOptional() }),
  database: z.strictObject({ database: z.string().exactOptional() }),
  backup: z.strictObject({ name: z.string(), database: z.string().exactOptional() }),
  file: z.strictObject({
    name: z.string(),
    type: z.string().default('application/octet-stream'),
    size: z.int().nonnegative(),
    seed: z.int(),
  }),
  fileValue: z.strictObject({ value: z.string() }),
  renameOccurrence: z.strictObject({
    database: z.string().exactOptional(),
    from: z.string(),
    to: z.string(),
  }),
  rename: z.strictObject({ ...place, from: z.string(), to: z.string() }),
};
