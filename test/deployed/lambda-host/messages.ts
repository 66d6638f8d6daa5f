/** What the host and a sandbox tell each other. */
import { z } from 'zod';

export type ToSandbox =
  | { readonly kind: 'invoke'; readonly id: string; readonly event: unknown; readonly remainingMs: number }
  | { readonly kind: 'shift'; readonly offsetMs: number };

const failure = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()).optional(),
});

export const fromSandbox = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('shifted') }),
  z.object({ kind: z.literal('returned'), id: z.string(), result: z.unknown() }),
  z.object({ kind: z.literal('threw'), id: z.string(), error: failure }),
]);

export type Failure = z.infer<typeof failure>;
export type FromSandbox = z.infer<typeof fromSandbox>;
