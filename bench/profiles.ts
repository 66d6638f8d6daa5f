/**
 * How long the simulated servers take. Nobody has published the speed of the Data API; these are round figures to compare
 * with, so that a ratio can be repeated by anyone. Those of pages, edits and creates were given as the ones to measure by. All
 * others are assumed.
 */
import type { Latency, RequestKind } from '../src/simulator/description.ts';

export const profileNames = ['none', 'lan', 'wan'] as const;
export type ProfileName = (typeof profileNames)[number];

export type ServerTimes = {
  readonly latencyMs: Readonly<Partial<Record<RequestKind, Latency>>>;
  readonly roundTripMs: number;
  /** What a record costs that our own script writes, beside the find that carries the script. */
  readonly scriptMsPerRecord: number;
};

const page = { base: 30, perRow: 0.05 };
const edit = 12;
const create = 15;

const atTheServer: ServerTimes['latencyMs'] = {
  list: page,
  find: page,
  update: edit,
  create,
  /** Assumed: one record is found by its id, without a search. */
  read: edit,
  /** Assumed: as an edit. */
  delete: edit,
  /** Assumed: a session opens the file. */
  login: 50,
  logout: 10,
  metadata: 30,
};

/** Assumed: a commit inside FileMaker takes a third of an edit that comes as a request. */
const scriptMsPerRecord = edit / 3;

export const profiles: Readonly<Record<ProfileName, ServerTimes>> = {
  none: { latencyMs: {}, roundTripMs: 0, scriptMsPerRecord: 0 },
  lan: { latencyMs: atTheServer, roundTripMs: 0, scriptMsPerRecord },
  wan: { latencyMs: atTheServer, roundTripMs: 60, scriptMsPerRecord },
};

/** How long a session is busy with one request that shows so many rows, or writes so many in a script. */
export function requestMs({ latencyMs, roundTripMs }: ServerTimes, kind: RequestKind, rows = 0): number {
  const latency = latencyMs[kind] ?? 0;
  const { base, perRow } = typeof latency === 'number' ? { base: latency, perRow: 0 } : latency;
  return base + perRow * rows + roundTripMs;
}
