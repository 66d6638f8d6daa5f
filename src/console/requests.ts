/** What may be asked with: a parser for each query and each body of the contract. */
import { z } from 'zod';
import type { Api, Endpoint } from './api.ts';
import { FailedRequest } from './failed-request.ts';

/** What an endpoint is asked with. */
export type Asked<E extends Endpoint> = Api[E] extends { readonly query: infer Query }
  ? Query
  : Api[E] extends { readonly body: infer Body }
    ? Body
    : never;

/** Long enough for any name or key; what FileMaker takes in an indexed field is far less. */
const name = z.string().min(1).max(4_000);
const id = z.string().min(1).max(100);
/** What a field may hold is limited by what a request may. */
const value = z.string();

/** In an address a number is text. */
const numberText = (lowest: number, highest: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, 'give a whole number')
    .refine((text) => Number(text) >= lowest && Number(text) <= highest, `give ${lowest} to ${highest}`);

const limit = numberText(1, 1_000).exactOptional();
const ofTable = { table: name.exactOptional(), server: name.exactOptional() };
const none = z.strictObject({});

/** Checks what came. Throws FailedRequest. */
type Parser<Wanted> = (asked: unknown) => Wanted;

const parser =
  <Wanted>(schema: z.ZodType<Wanted>): Parser<Wanted> =>
  (asked) => {
    const parsed = schema.safeParse(asked);
    if (parsed.success) return parsed.data;
    throw new FailedRequest(400, 'bad-request', parsed.error.issues.map(issueWords).join('; '));
  };

const issueWords = ({ path, message }: z.core.$ZodIssue): string =>
  path.length === 0 ? message : `${path.join('.')}: ${message}`;

/** What a page had seen decided. */
const seen = z.int().min(0).exactOptional();

const resolveBody = z
  .strictObject({
    id,
    keep: name.exactOptional(),
    value: value.exactOptional(),
    field: name.exactOptional(),
    force: z.boolean().exactOptional(),
    seen,
  })
  .refine(({ keep, value: given }) => (keep === undefined) !== (given === undefined), {
    message: 'give either keep or value',
  });

const putBackBody = z.strictObject({
  table: name,
  key: name,
  version: z.int().min(0).exactOptional(),
  dryRun: z.boolean().exactOptional(),
});

const jobBody = z.strictObject({
  kind: z.enum(['plan', 'verify']),
  ...ofTable,
  limit: z.int().min(0).max(1_000).exactOptional(),
});

export const parsers: { readonly [E in Endpoint]: Parser<Asked<E>> } = {
  'GET /api/overview': parser(none),
  'GET /api/trends': parser(z.strictObject({ hours: numberText(1, 720).exactOptional() })),
  'GET /api/conflicts': parser(
    z.strictObject({ table: name.exactOptional(), held: z.literal('1').exactOptional(), limit }),
  ),
  'GET /api/conflict': parser(z.strictObject({ id })),
  'POST /api/conflict/resolve': parser(resolveBody),
  'POST /api/conflict/undo': parser(
    z.strictObject({ id, field: name.exactOptional(), force: z.boolean().exactOptional(), seen }),
  ),
  'GET /api/parked': parser(z.strictObject({ ...ofTable, limit })),
  'POST /api/parked/retry': parser(z.strictObject({ ...ofTable, key: name.exactOptional() })),
  'GET /api/halts': parser(none),
  'GET /api/halt': parser(z.strictObject({ id })),
  'POST /api/halt/answer': parser(z.strictObject({ id, answer: z.enum(['approve', 'put-back', 'dismiss']) })),
  'GET /api/history': parser(z.strictObject({ table: name, key: name, limit })),
  'POST /api/history/put-back': parser(putBackBody),
  'POST /api/pause': parser(
    z.strictObject({ ...ofTable, until: z.string().min(1).max(100).exactOptional() }),
  ),
  'POST /api/resume': parser(z.strictObject(ofTable)),
  'GET /api/acts': parser(z.strictObject({ limit })),
  'GET /api/jobs': parser(none),
  'GET /api/job': parser(z.strictObject({ id })),
  'POST /api/jobs': parser(jobBody),
  'POST /api/job/cancel': parser(z.strictObject({ id })),
};

export const isEndpoint = (text: string): text is Endpoint => Object.hasOwn(parsers, text);
