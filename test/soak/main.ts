/**
 * S30 by the thousand: games from one seed after the other, until so many were played or time is over. A game that fails is made as short
 * as it can be, and printed; `--plan` plays such a one again.
 *
 *   npm run soak -- --seeds 5000 [--from 1] [--minutes 60] [--state dynamodb] [--deletes delete-wins] [--conflicts hold] [--merge record] [--shares yes] [--tended yes] [--api odata | mixed]
 *   npm run soak -- --plan /tmp/soak-17.json [--tell yes]     all that happens in it
 *   npm run soak -- --seeds 1 --from 17 --tell yes
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { allApis } from '../scenarios/support/apis.ts';
import type { SyncKind } from '../scenarios/support/sync.ts';
import { startEmulators } from '../state/aws/emulators.ts';
import { toolOptions } from '../support/tool-options.ts';
import { drawPlan } from './draw.ts';
import { drawSharedPlan } from './draw-shares.ts';
import { tended } from './draw-tended.ts';
import type { Wanted } from './draw-site.ts';
import { type Played, play } from './game.ts';
import type { Fault } from './oracle/judge.ts';
import type { Plan } from './plan.ts';
import { shrink } from './shrink.ts';
import { storyOf } from './story.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const count = z.coerce.number().int().positive();
const options = z.object({
  seeds: count.default(1000),
  from: count.default(1),
  minutes: z.coerce.number().positive().optional(),
  plan: z.string().optional(),
  tell: z.string().optional(),
  state: z.enum(['sqlite', 'dynamodb']).default('sqlite'),
  conflicts: z.enum(['newest', 'hold']).optional(),
  deletes: z.enum(['edit-wins', 'delete-wins', 'ignore']).optional(),
  merge: z.enum(['field', 'record']).optional(),
  shares: z.string().optional(),
  tended: z.string().optional(),
  api: z.enum(allApis).optional(),
});

const given = toolOptions(options);

/** Between two lines of progress, ms. */
const progressMs = 30_000;
/** Tries of a shorter game, whose answers may come in another order: each may fail by luck. */
const triesOfEach = 2;
/** A game is made shorter for so long, ms. */
const shrinkingMs = 180_000;

type Counts = { games: number; runs: number; deaths: number; writes: number; failed: number };

const wanted: Wanted = Object.fromEntries(
  (['conflicts', 'deletes', 'merge'] as const).flatMap((name) => (given[name] ? [[name, given[name]]] : [])),
);

const emulators = given.state === 'dynamodb' ? await startEmulators() : undefined;
const kind: SyncKind = emulators ? { name: 'dynamodb', emulators } : { name: 'sqlite' };

/** A game takes a second or so; one that takes so long has come to a stop, real ms. */
const longestMs = 300_000;

const nothingPlayed = { runs: 0, deaths: 0, writes: 0 };

async function outcomeOf(plan: Plan): Promise<Played> {
  const last: string[] = [];
  const tell = (line: string): void => {
    last.push(line);
    if (last.length > 20) last.shift();
    if (given.tell !== undefined) say(line);
  };
  const stopped = new AbortController();
  const hangs = sleep(longestMs, undefined, { signal: stopped.signal }).then((): Played => {
    const what = [process.getActiveResourcesInfo().join(' '), ...last];
    return { faults: [{ rule: 'a game comes to its end', what }], ...nothingPlayed };
  });
  hangs.catch(() => undefined);
  try {
    return await Promise.race([play(plan, kind, tell), hangs]);
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { faults: [{ rule: 'nothing is thrown', what: [what] }], ...nothingPlayed };
  } finally {
    stopped.abort();
  }
}

function sayFaults(faults: readonly Fault[]): void {
  for (const { rule, what } of faults) {
    say(`  ${rule}`);
    for (const one of what.slice(0, 25)) say(`    ${one}`);
  }
}

async function report(plan: Plan, faults: readonly Fault[]): Promise<void> {
  say(`\nseed ${plan.seed} fails:`);
  sayFaults(faults);
  const rules = new Set(faults.map(({ rule }) => rule));
  const until = performance.now() + shrinkingMs;
  const shortest = await shrink(plan, async (shorter) => {
    for (let tries = 0; tries < triesOfEach && performance.now() < until; tries += 1) {
      const played = await outcomeOf(shorter);
      if (played.faults.some(({ rule }) => rules.has(rule))) return true;
    }
    return false;
  });
  const path = join(tmpdir(), `soak-${plan.seed}.json`);
  writeFileSync(path, JSON.stringify(shortest));
  say(`the shortest found, of ${shortest.steps.length} steps instead of ${plan.steps.length}:`);
  for (const line of storyOf(shortest)) say(`  ${line}`);
  sayFaults((await outcomeOf(shortest)).faults);
  say(`again: npm run soak -- --plan ${path}\n`);
}

const spokenBy = (plan: Plan): Plan =>
  given.api === undefined ? plan : { ...plan, site: { ...plan.site, apis: given.api } };

async function soak(): Promise<Counts> {
  const counts: Counts = { games: 0, runs: 0, deaths: 0, writes: 0, failed: 0 };
  const startedAt = performance.now();
  const until = given.minutes === undefined ? Number.POSITIVE_INFINITY : startedAt + given.minutes * 60_000;
  let saidAt = startedAt;
  for (let seed = given.from; seed < given.from + given.seeds && performance.now() < until; seed += 1) {
    const drawn = given.shares === undefined ? drawPlan(seed, wanted) : drawSharedPlan(seed, wanted);
    const plan = spokenBy(given.tended === undefined ? drawn : tended(drawn));
    const { faults, runs, deaths, writes } = await outcomeOf(plan);
    counts.games += 1;
    counts.runs += runs;
    counts.deaths += deaths;
    counts.writes += writes;
    if (faults.length > 0) {
      counts.failed += 1;
      await report(plan, faults);
    }
    if (performance.now() - saidAt < progressMs) continue;
    saidAt = performance.now();
    say(wordsOf(counts, seed, startedAt));
  }
  say(wordsOf(counts, given.from + counts.games - 1, startedAt));
  return counts;
}

const wordsOf = ({ games, runs, deaths, writes, failed }: Counts, seed: number, startedAt: number): string =>
  `${Math.round((performance.now() - startedAt) / 1000)} s: ${games} games up to seed ${seed}, ${runs} runs, ` +
  `${deaths} of them killed, ${writes} writes, ${failed} failed`;

/** Written by this program. */
const planFrom = (path: string): Plan => JSON.parse(readFileSync(path, 'utf8'));

if (given.plan === undefined) process.exitCode = (await soak()).failed > 0 ? 1 : 0;
else {
  const { faults } = await outcomeOf(planFrom(given.plan));
  sayFaults(faults);
  if (faults.length === 0) say('nothing is wrong');
  process.exitCode = faults.length > 0 ? 1 : 0;
}
await emulators?.stop();
