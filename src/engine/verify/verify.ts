/**
 * verify: what servers hold compared with what they should hold, field by field, trusting nothing that is known of them. What
 * differs is looked at again after a pause, so that what is under way is no finding.
 *
 *   R7  A server that fails is left out; the others are compared.
 */
import type { EpochMs, ServerName, TableName } from '../../core/names.ts';
import { type Counts, unseenOf } from '../../core/account-view.ts';
import type { ServerError } from '../../ports/server-errors.ts';
import { all } from '../all.ts';
import { type Engine, type Place, placesOn } from '../engine.ts';
import { keysInBatches } from '../in-batches.ts';
import { measureClock } from '../measure.ts';
import { isMet } from '../meet.ts';
import { isOutdated } from '../outdated.ts';
import { isPaused } from '../paused.ts';
import { beginRun, type Chosen, guarded, type Run } from '../run.ts';
import { nameOf } from '../sweep-work.ts';
import { beginLook, candidatesOf, type Look, Noted } from './candidates.ts';
import { type Finding, type FindingKind, lookAgain } from './look-again.ts';

export type VerifyOptions = {
  /** Findings shown of each kind, for a table on a server. */
  readonly limit: number;
  /** Candidates whose keys are kept, for a table on a server: more is found anew by another listing, and takes no memory. */
  readonly mostKept: number;
};

/** `paused`: nothing is read there now; `halted`: it waits for a person; `unmet`: it was never read there; `changed`: its fields or receivers changed since; `failed`: see the failures. */
export type NotCompared = 'paused' | 'halted' | 'unmet' | 'changed' | 'failed';

export type Comparison = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly place: Place;
  readonly notCompared?: NotCompared;
  /** Rows that the server showed. */
  rows: number;
  /** Where the account sees fewer records than there are. */
  view?: Counts;
  readonly counts: Record<FindingKind, number>;
  /** Of these, records that the account may not see: nothing that the sync does mends them. */
  hidden: number;
  /** Of these, records that are parked for something else: somebody has to mend that first. */
  parked: number;
  /** Records that differ since the sync is about to see or to write them. */
  underWay: number;
  /** The first of each kind. */
  readonly findings: Finding[];
  /** All of them. */
  readonly found: Noted;
};

export type Verified = {
  readonly comparisons: readonly Comparison[];
  readonly failures: ReadonlyMap<ServerName, ServerError>;
};

/** In the order of the configuration. Parks what it cannot tell apart, and measures clocks: a caller that must change nothing gives a copy. */
export async function verify(
  engine: Engine,
  chosen: Chosen,
  options: VerifyOptions,
  signal: AbortSignal,
): Promise<Verified> {
  const run = beginRun(engine, signal);
  const servers = [...engine.servers.keys()].filter((name) => name === (chosen.server ?? name));
  await all(servers.map((server) => guarded(run, server, () => measureClock(engine, server, signal))));
  const work = { run, chosen, options };
  const first = (await all(servers.map((server) => firstLooks(work, server)))).flat();
  const latest = Math.max(0, ...first.map(({ candidates, endedAt }) => (candidates.size > 0 ? endedAt : 0)));
  const wait = latest + engine.settings.settleMs - engine.clock.now();
  if (latest > 0 && wait > 0) await engine.clock.sleep(wait, signal);
  await all(
    servers.map((server) =>
      guarded(run, server, async () => {
        for (const one of first.filter(({ comparison }) => comparison.server === server))
          await secondLook(work, one);
      }),
    ),
  );
  const comparisons = first.map(({ comparison }) =>
    run.failures.has(comparison.server) ? { ...comparison, notCompared: 'failed' as const } : comparison,
  );
  return { comparisons: inOrder(engine, comparisons), failures: run.failures };
}

type Work = { readonly run: Run; readonly chosen: Chosen; readonly options: VerifyOptions };

type FirstLook = {
  readonly comparison: Comparison;
  readonly candidates: Noted;
  readonly endedAt: EpochMs;
};

async function firstLooks(work: Work, server: ServerName): Promise<readonly FirstLook[]> {
  const { run, chosen, options } = work;
  const places = placesOn(run.engine, server).filter(({ plan }) => plan.name === (chosen.table ?? plan.name));
  const looks: FirstLook[] = [];
  for (const place of places) {
    const notCompared = run.failures.has(server) ? 'failed' : await obstacle(run.engine, place);
    const comparison = newComparison(place, options, notCompared);
    const candidates = new Noted(options.mostKept);
    if (notCompared === undefined) await guarded(run, server, () => firstLook(work, comparison, candidates));
    looks.push({ comparison, candidates, endedAt: run.engine.clock.now() });
  }
  return looks;
}

async function firstLook({ run }: Work, comparison: Comparison, candidates: Noted): Promise<void> {
  const look = await beginLook(run.engine, comparison.place, run.signal);
  for await (const page of candidatesOf(look)) {
    comparison.rows += page.rows;
    for (const candidate of page.candidates) candidates.add(candidate);
  }
  const { counts } = look.view;
  if (counts !== undefined && unseenOf(counts) > 0) comparison.view = counts;
}

async function obstacle(engine: Engine, place: Place): Promise<NotCompared | undefined> {
  if (await isPaused(engine, place)) return 'paused';
  const { table, server } = nameOf(place);
  const [halt, meeting] = [
    await engine.control.halt(table, server),
    await engine.control.meeting(table, server),
  ];
  if (halt !== undefined || meeting?.state === 'halted') return 'halted';
  if (!(await isMet(engine, place))) return 'unmet';
  return (await isOutdated(engine, place)) ? 'changed' : undefined;
}

const newComparison = (
  place: Place,
  { mostKept }: VerifyOptions,
  notCompared: NotCompared | undefined,
): Comparison => ({
  ...nameOf(place),
  place,
  ...(notCompared !== undefined && { notCompared }),
  rows: 0,
  counts: { missing: 0, extra: 0, different: 0 },
  hidden: 0,
  parked: 0,
  underWay: 0,
  findings: [],
  found: new Noted(mostKept),
});

async function secondLook({ run, options }: Work, { comparison, candidates }: FirstLook): Promise<void> {
  if (candidates.size === 0) return;
  const { engine, signal } = run;
  const look: Look = await beginLook(engine, comparison.place, signal);
  const inBatches = await keysInBatches(engine, comparison.table, comparison.server);
  for await (const chunk of candidates.again(look)) {
    signal.throwIfAborted();
    for (const one of await lookAgain(look, chunk, inBatches)) {
      if (one.kind === 'under-way') comparison.underWay += 1;
      else count(comparison, one.finding, one.candidate, options);
    }
  }
}

function count(
  comparison: Comparison,
  finding: Finding,
  candidate: Parameters<Noted['add']>[0],
  { limit }: VerifyOptions,
): void {
  const { counts, findings, found } = comparison;
  counts[finding.kind] += 1;
  if (finding.code === 'hidden') comparison.hidden += 1;
  else if (finding.why === 'parked') comparison.parked += 1;
  if (counts[finding.kind] <= limit) findings.push(finding);
  found.add(candidate);
}

const inOrder = ({ tables }: Engine, comparisons: readonly Comparison[]): readonly Comparison[] =>
  [...tables.values()].flatMap(({ plan }) =>
    plan.links.flatMap(({ server }) =>
      comparisons.filter((one) => one.table === plan.name && one.server === server),
    ),
  );

export const isSound = ({ notCompared, counts }: Comparison): boolean =>
  notCompared === undefined && counts.missing + counts.extra + counts.different === 0;
