/** What a benchmark found, as it stands in results.json. */
import { z } from 'zod';
import { requestKinds } from '../src/simulator/description.ts';
import { profileNames } from './profiles.ts';

export const workNames = ['first-sync', 'changes', 'idle', 'verify', 'sweep', 'arrival'] as const;
export type WorkName = (typeof workNames)[number];

const ms = z.number().nonnegative();
const requests = z.partialRecord(z.enum(requestKinds), z.number());

export const figure = z.object({
  /** What repeats it: `npm run bench --` and this. */
  options: z.string(),
  work: z.enum(workNames),
  profile: z.enum(profileNames),
  sessions: z.int(),
  niceness: z.int(),
  script: z.boolean(),
  servers: z.int(),
  /** In the source's table. */
  rows: z.int(),
  /** Of those, edited before. */
  changed: z.int().optional(),
  /** Records written, on all receivers together; compared, for `verify` and `sweep`. */
  records: z.int(),
  /** Without the start of Node. */
  tookMs: ms,
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  perSecond: z.number(),
  floorMs: ms.optional(),
  /** floorMs ÷ tookMs. */
  shareOfFloor: z.number().optional(),
  /** What became of the time of the busiest receiver's sessions. */
  used: z.object({ writingMs: ms, beforeMs: ms, afterMs: ms, otherMs: ms, idleMs: ms }).optional(),
  /** How long a write really took at the busiest receiver, on average, its round trip included: whether the simulated server is honest. */
  writeTookMs: ms.optional(),
  requests: z.object({ source: requests, receiver: requests }),
  requestsPerRecord: z.object({ source: z.number(), receiver: z.number() }),
  /** Time of the processor, user and system. */
  cpu: z.object({ engineMs: ms, engineLoadMs: ms, sourceMs: ms, receiversMs: ms }),
  enginePeakMb: z.number(),
  /** Calls of the state's ports, and turns of the event loop in which there were any. */
  state: z.object({ calls: z.int(), turns: z.int(), byName: z.record(z.string(), z.number()) }),
  /** From an edit to its arrival on the other server. */
  arrival: z.object({ edits: z.int(), intervalMs: ms, p50Ms: ms, p95Ms: ms, p99Ms: ms }).optional(),
  /** A plain loop of an npm client that does the same, records in a second: with one session, and with as many. */
  peer: z
    .object({
      records: z.int(),
      parallelRecords: z.int(),
      oneAtATime: z.number(),
      parallel: z.number(),
      /** A client that only sends what was made ready before: what server and machine really allow. */
      bare: z.number(),
    })
    .optional(),
});
export type Figure = z.infer<typeof figure>;

export const results = z.object({
  machine: z.object({
    cores: z.int(),
    processor: z.string(),
    memoryGb: z.number(),
    node: z.string(),
    system: z.string(),
    /** Processes that wanted a core, on average over the minute before: above the number of cores, the machine was not ours alone. */
    loadBefore: z.number(),
  }),
  date: z.string(),
  /** Short, with `+` where the tree had changes. */
  commit: z.string(),
  figures: z.array(figure).readonly(),
});
export type Results = z.infer<typeof results>;
