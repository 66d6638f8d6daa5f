/** One measurement: a site, what is done there, the engine's run, and the figures. */
import { once } from 'node:events';
import type { EngineTold } from './engine-calls.ts';
import { engineTold } from './engine-calls.ts';
import { floorMs, timeUsed } from './floor.ts';
import { type Asked, officeAnswers } from './office-calls.ts';
import type { Offices } from './offices.ts';
import { outputOf } from './processes.ts';
import { measurePeer } from './peer.ts';
import { profiles } from './profiles.ts';
import { percentile } from './percentile.ts';
import type { Figure } from './result.ts';
import { Site, source } from './site.ts';
import { timelineLines } from './timeline.ts';
import { optionsText, type WorkOptions } from './work-options.ts';

type Cpu = { readonly source: number; readonly receivers: number };

const usage = (offices: Offices) => offices.ask({ kind: 'usage' }, officeAnswers.usage);

async function cpuOf(site: Site): Promise<Cpu> {
  const [hq, branches] = [await usage(site.hq), await usage(site.branches)];
  return { source: hq.cpuMs, receivers: branches.cpuMs };
}

type Observed = {
  readonly told: EngineTold;
  readonly before: Cpu;
  readonly after: Cpu;
  readonly source: Asked;
  readonly receivers: readonly Asked[];
};

/** Runs the engine between two looks at what the servers were asked for. */
async function observed(site: Site, run: () => Promise<EngineTold>): Promise<Observed> {
  await site.countAnew();
  const before = await cpuOf(site);
  const told = await run();
  const after = await cpuOf(site);
  const receivers: Asked[] = [];
  for (const office of site.branchNames)
    receivers.push(await site.branches.ask({ kind: 'asked', office }, officeAnswers.asked));
  return {
    told,
    before,
    after,
    source: await site.hq.ask({ kind: 'asked', office: source }, officeAnswers.asked),
    receivers,
  };
}

const sumOf = (counts: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);

const asksSome = (counts: Asked['requests']): Figure['requests']['source'] =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

function figureOf(options: WorkOptions, seen: Observed, records: number): Figure {
  const { told, before, after, receivers } = seen;
  const { profile, sessions } = options;
  const busiest = receivers.toSorted((a, b) => b.writes - a.writes)[0];
  if (busiest === undefined) throw new Error('there is no receiver');
  const tookMs = told.endedAt - told.startedAt;
  // What a script takes of a find is not told, nor is an operation of a batch a request: the floor is that of single requests.
  const floor =
    options.script || options.api === 'odata' ? undefined : floorMs(profiles[profile], sessions, receivers);
  const count = Math.max(1, records);
  const writes = busiest.requests.create + busiest.requests.update;
  const window = { from: told.startedAt, to: told.endedAt };
  return {
    options: optionsText(options),
    work: options.work,
    profile,
    sessions,
    niceness: options.niceness,
    script: options.script,
    servers: options.servers,
    rows: options.rows,
    ...((options.work === 'changes' || options.work === 'arrival') && { changed: options.changed }),
    records,
    tookMs,
    startedAt: told.startedAt,
    perSecond: (records * 1000) / tookMs,
    ...(floor !== undefined && { floorMs: floor, shareOfFloor: floor / tookMs }),
    ...(writes > 0 && {
      used: timeUsed(busiest.busy, window, sessions),
      writeTookMs: (busiest.tookMs.create + busiest.tookMs.update) / writes,
    }),
    requests: { source: asksSome(seen.source.requests), receiver: asksSome(busiest.requests) },
    requestsPerRecord: {
      source: sumOf(seen.source.requests) / count,
      receiver: receivers.reduce((sum, { requests }) => sum + sumOf(requests), 0) / count,
    },
    cpu: {
      engineMs: told.cpuMs,
      engineLoadMs: told.loadCpuMs,
      sourceMs: after.source - before.source,
      receiversMs: after.receivers - before.receivers,
    },
    enginePeakMb: told.peakMb,
    state: told.state,
  };
}

function expect(found: number, wanted: number, what: string): void {
  if (found !== wanted) throw new Error(`expected ${wanted} ${what}, found ${found}`);
}

async function firstSync(site: Site, options: WorkOptions): Promise<Figure> {
  const seen = await observed(site, () => site.engine('run'));
  for (const office of site.branchNames)
    expect(
      await site.branches.ask({ kind: 'rows', office }, officeAnswers.rows),
      options.rows,
      `rows on ${office}`,
    );
  return figureOf(options, seen, options.rows * site.branchNames.length);
}

async function changes(site: Site, options: WorkOptions): Promise<Figure> {
  await site.hq.ask(
    { kind: 'edit', office: source, from: 0, count: options.changed, withinMs: options.within * 1000 },
    officeAnswers.edit,
  );
  const seen = await observed(site, () => site.engine('run'));
  const records = options.changed * site.branchNames.length;
  expect(
    seen.receivers.reduce((sum, { writes }) => sum + writes, 0),
    records,
    'writes',
  );
  return figureOf(options, seen, records);
}

/** The first tick of a state finds nothing either, and stores what is stored once. */
async function idle(site: Site, options: WorkOptions): Promise<Figure> {
  await site.engine('tick');
  return figureOf(options, await observed(site, () => site.engine('tick')), 0);
}

async function compared(site: Site, options: WorkOptions): Promise<Figure> {
  if (options.work === 'sweep') {
    const seen = await observed(site, () => site.engine('sweep'));
    return figureOf(options, seen, options.rows);
  }
  const seen = await observed(site, () => site.engine('verify'));
  expect(seen.told.rows, options.rows * options.servers, 'rows compared');
  return figureOf(options, seen, seen.told.rows);
}

const betweenEditsMs = 150;

/** People edit for some intervals, a record every 150 ms; then the last ones are waited for. */
async function arrival(site: Site, options: WorkOptions): Promise<Figure> {
  const [branch = ''] = site.branchNames;
  const intervalMs = options.interval * 1000;
  await site.branches.ask({ kind: 'watch', office: branch }, officeAnswers.watch);
  const child = site.startEngine('watch');
  const output = outputOf(child);
  await once(child, 'message');
  const edited = new Map<number, number>();
  const seen = await observed(site, async () => {
    for (let n = 0; n < options.changed; n += 1) {
      edited.set(
        n,
        await site.hq.ask(
          { kind: 'edit', office: source, from: n, count: 1, withinMs: 0 },
          officeAnswers.edit,
        ),
      );
      await new Promise((resolve) => setTimeout(resolve, betweenEditsMs));
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs + 5000));
    child.send('stop');
    return engineTold.parse(await output);
  });
  const arrived = new Map(
    await site.branches.ask({ kind: 'arrivals', office: branch }, officeAnswers.arrivals),
  );
  expect(arrived.size, edited.size, 'edits that arrived');
  const lags = [...edited].map(([n, at]) => Math.max(0, (arrived.get(n) ?? Infinity) - at));
  const {
    used: _used,
    floorMs: _floor,
    shareOfFloor: _share,
    ...figure
  } = figureOf(options, seen, edited.size);
  const [p50Ms, p95Ms, p99Ms] = [percentile(lags, 0.5), percentile(lags, 0.95), percentile(lags, 0.99)];
  return { ...figure, arrival: { edits: edited.size, intervalMs, p50Ms, p95Ms, p99Ms } };
}

const works = { 'first-sync': firstSync, changes, idle, verify: compared, sweep: compared, arrival };

async function timelineOf(site: Site, from: number): Promise<readonly string[]> {
  const [office = ''] = site.branchNames;
  const hq = await site.hq.ask({ kind: 'asked', office: source }, officeAnswers.asked);
  const branch = await site.branches.ask({ kind: 'asked', office }, officeAnswers.asked);
  return timelineLines(from, hq.busy, branch.busy);
}

/** `told`: is given what sessions were busy with. */
export async function measure(
  options: WorkOptions,
  told?: (lines: readonly string[]) => void,
): Promise<Figure> {
  const { work, rows, servers, profile, sessions, niceness, api, singles, script, sweepLayout } = options;
  const filled = work !== 'first-sync';
  const enumerate = work === 'arrival' ? { enumerate: `${options.interval} seconds` } : {};
  const site = await Site.open({
    rows,
    servers,
    profile,
    sessions,
    niceness,
    api,
    singles,
    script,
    filled,
    sweepLayout,
    ...enumerate,
  });
  let found: Figure;
  try {
    found = await works[work](site, options);
    if (told) told(await timelineOf(site, found.startedAt));
  } finally {
    await site.close();
  }
  if (!options.peer || (work !== 'first-sync' && work !== 'changes')) return found;
  return { ...found, peer: await measurePeer(work, options) };
}
