/**
 * Records that the account of the sync may not see any more.
 *
 *   R8  Each is parked, and counts as it was. More of them since the last sweep than may be deleted in a day are a mistake in
 *       the rights: the table halts there, since what is not seen is not kept the same either.
 */
import type { Parked } from '../core/conflict.ts';
import { type Halt, keptExamples, newHalt } from '../core/halt.ts';
import type { EpochMs, Key } from '../core/names.ts';
import type { Engine, Place } from './engine.ts';
import { paged } from './paged.ts';
import { raise } from './raise.ts';
import { deliverAgain } from './recheck.ts';

const isHidden = ({ code }: Parked): boolean => code === 'hidden';

/** Those of the keys that are parked as hidden since then. */
export async function hiddenSince(
  { control }: Engine,
  { plan, link }: Place,
  keys: readonly Key[],
  since: EpochMs,
): Promise<readonly Key[]> {
  if (keys.length === 0) return [];
  const parked = await control.parkedAmong(plan.name, link.server, keys);
  return [...parked.values()].filter((one) => isHidden(one) && one.at > since).map(({ key }) => key);
}

/** `since`: as they were counted. */
export async function haltForHidden(
  engine: Engine,
  place: Place,
  figures: Halt['figures'],
  since: EpochMs,
): Promise<void> {
  const { plan, link } = place;
  const examples: Key[] = [];
  for await (const page of parkedPages(engine, place)) {
    const hidden = page.filter((one) => isHidden(one) && one.at > since);
    examples.push(...hidden.slice(0, keptExamples - examples.length).map(({ key }) => key));
    if (examples.length === keptExamples) break;
  }
  const of = { table: plan.name, server: link.server };
  await raise(engine, newHalt({ ...of, kind: 'hidden-rows', at: engine.clock.now() }, { figures, examples }));
}

const parkedPages = (
  { control, settings }: Engine,
  { plan, link }: Place,
): AsyncGenerator<readonly Parked[]> =>
  paged<Parked>((after) => control.parkedPage(plan.name, link.server, settings.batchSize, after?.key));

/** They are looked for as if they had never been hidden: one that still is counts as new. */
export async function forgetHidden(engine: Engine, place: Place): Promise<void> {
  const { plan, link } = place;
  for await (const page of parkedPages(engine, place)) {
    const keys = page.filter(isHidden).map(({ key }) => key);
    if (keys.length === 0) continue;
    // In a batch before nothing tells of them any more.
    await deliverAgain(engine, place, keys);
    await engine.control.unpark(plan.name, link.server, keys);
  }
}
