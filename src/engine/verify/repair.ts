/**
 * Mends what a comparison found, by the ways that the sync has: what is there and not as it was known is ingested, what is gone
 * is looked for once more before that counts, what is behind gets into a batch. Then all of it is delivered.
 *
 *   R2  Whatever is found, and receives, gets a batch row: whether it is behind, and what to write, is found by who works on it.
 *   R8  What is gone is a suspect like any other: it counts for the limit on deletes.
 */
import { all } from '../all.ts';
import type { Engine, Place } from '../engine.ts';
import { ingest } from '../ingest.ts';
import { suspect } from '../missing.ts';
import { deliverAgain } from '../recheck.ts';
import { beginRun, guarded, type RunOutcome, settleAndDeliver } from '../run.ts';
import { beginLook, type Candidate, type Look } from './candidates.ts';
import { lookAgain, type LookedAt } from './look-again.ts';
import type { Comparison, Verified } from './verify.ts';

/** What is left is for another comparison to say. */
export async function repair(
  engine: Engine,
  { comparisons, failures }: Verified,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const run = beginRun(engine, signal);
  for (const [server, error] of failures) run.failures.set(server, error);
  const found = comparisons.filter((one) => one.found.size > 0 && one.notCompared === undefined);
  const servers = [...new Set(found.map(({ server }) => server))];
  await all(
    servers.map((server) =>
      guarded(run, server, async () => {
        for (const one of found.filter((each) => each.server === server)) {
          const look = await beginLook(engine, one.place, signal);
          for await (const chunk of one.found.again(look)) await mend(look, chunk);
        }
      }),
    ),
  );
  const comparisonOf = ({ plan, link }: Place): Comparison | undefined =>
    found.find(({ table, server }) => table === plan.name && server === link.server);
  await settleAndDeliver(
    run,
    servers,
    (place) => comparisonOf(place) !== undefined,
    (place) => comparisonOf(place)?.rows ?? 0,
  );
  return { failures: run.failures, halted: run.halted };
}

type Found = Extract<LookedAt, { kind: 'finding' }>;

const none: ReadonlySet<number> = new Set();

async function mend(look: Look, candidates: readonly Candidate[]): Promise<void> {
  const { engine, place, signal } = look;
  signal.throwIfAborted();
  const looked = await lookAgain(look, candidates, none);
  const found = looked.flatMap((one): readonly Found[] => (one.kind === 'finding' ? [one] : []));
  await ingested(
    look,
    found.filter((one) => !isSameModId(one)),
    false,
  );
  await ingested(look, found.filter(isSameModId), true);
  const missed = found.filter(isMissed);
  await suspect(
    engine,
    place,
    missed.flatMap(({ gone }) => gone ?? []),
    'sweep',
  );
  const others = found.filter((one) => !missed.includes(one));
  await deliverAgain(
    engine,
    place,
    others.map(({ finding }) => finding.key),
  );
}

const isSameModId = ({ finding }: Found): boolean => finding.why === 'same-mod-id';

/** It was known to be there. */
const isMissed = ({ finding, gone }: Found): boolean =>
  gone !== undefined && (finding.why === 'gone-there' || finding.why === 'suspected');

async function ingested(
  { engine, place, clock, signal }: Look,
  found: readonly Found[],
  byContent: boolean,
): Promise<void> {
  const seen = found.flatMap((one) => one.seen ?? []);
  if (seen.length === 0) return;
  // Their stamps did not show the change.
  const options = { isStamped: false, byContent };
  await ingest(engine, place, seen, clock, engine.clock.now(), signal, options);
}
