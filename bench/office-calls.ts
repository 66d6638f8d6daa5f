/** What the benchmark asks of a process with simulated servers, and what it is told. */
import { z } from 'zod';
import { requestKinds } from '../src/simulator/description.ts';
import { profileNames } from './profiles.ts';

export const officesGiven = z.object({
  profile: z.enum(profileNames),
  /** They refuse batches. */
  singles: z.boolean(),
  /** By name: how many rows each holds at first. */
  offices: z.record(z.string(), z.int().nonnegative()),
});

const office = z.string();

export const officeCall = z.discriminatedUnion('kind', [
  /** Time of the processor and memory of the process, all its servers together. */
  z.object({ kind: z.literal('usage') }),
  /** What a server was asked for since it was told to count anew. */
  z.object({ kind: z.literal('asked'), office }),
  z.object({ kind: z.literal('countAnew') }),
  /** A user edited the rows from `from` on, evenly within so long until now; answers with the instant after the last. */
  z.object({ kind: z.literal('edit'), office, from: z.int(), count: z.int(), withinMs: z.number() }),
  /** From now on it is put down when which row changed. */
  z.object({ kind: z.literal('watch'), office }),
  z.object({ kind: z.literal('arrivals'), office }),
  z.object({ kind: z.literal('rows'), office }),
]);
export type OfficeCall = z.infer<typeof officeCall>;

const byKind = z.record(z.enum(requestKinds), z.number());
const busySlot = z.object({ at: z.number(), busyMs: z.partialRecord(z.enum(requestKinds), z.number()) });
export type BusySlot = z.infer<typeof busySlot>;

export const asked = z.object({
  requests: byKind,
  tookMs: byKind,
  writes: z.number(),
  answers: z.record(z.string(), z.number()),
  maxOpenSessions: z.number(),
  busy: z.array(busySlot),
});
export type Asked = z.infer<typeof asked>;

export const officeAnswers = {
  usage: z.object({ cpuMs: z.number(), peakMb: z.number() }),
  asked,
  countAnew: z.null(),
  edit: z.number(),
  watch: z.null(),
  /** Row number and instant. */
  arrivals: z.array(z.tuple([z.number(), z.number()])),
  rows: z.number(),
} as const;
