/** What `npm run bench` measures without being told: some twenty minutes on two cores that have nothing else to do. */
import type { Given } from './work-options.ts';

/** At a latency, 200,000 records and more would take from hours to days: those sizes are measured without. */
export const suite: readonly Given[] = [
  { work: 'first-sync', rows: 500, profile: 'lan' },
  { work: 'first-sync', rows: 10_000, profile: 'lan', peer: true },
  { work: 'first-sync', rows: 10_000, profile: 'wan', peer: true },
  { work: 'first-sync', rows: 10_000, peer: true },
  { work: 'first-sync', rows: 200_000 },
  { work: 'changes', rows: 40_000, changed: 20_000, profile: 'lan', peer: true },
  { work: 'changes', rows: 40_000, changed: 20_000, profile: 'wan' },
  { work: 'first-sync', rows: 10_000, profile: 'lan', script: true },
  { work: 'first-sync', rows: 10_000, profile: 'wan', script: true },
  { work: 'changes', rows: 40_000, changed: 20_000, profile: 'wan', script: true },
  { work: 'first-sync', rows: 20_000, script: true },
  { work: 'changes', rows: 40_000, changed: 20_000, script: true },
  { work: 'changes', rows: 200_000, changed: 100, profile: 'lan' },
  { work: 'idle', rows: 10_000, profile: 'lan' },
  { work: 'verify', rows: 200_000 },
  { work: 'sweep', rows: 200_000 },
  { work: 'first-sync', rows: 2_000, servers: 2 },
  { work: 'first-sync', rows: 2_000, servers: 5 },
  { work: 'first-sync', rows: 2_000, servers: 20 },
  { work: 'arrival', profile: 'lan' },
];

/** What takes longer, each to be asked for: by `npm run bench -- --suite long`. */
export const longSuite: readonly Given[] = [
  ...suite,
  { work: 'first-sync', rows: 1_000_000 },
  { work: 'verify', rows: 1_000_000 },
  { work: 'sweep', rows: 1_000_000 },
  { work: 'sweep', rows: 1_000_000, sweepLayout: true },
];
