/**
 * Every course of events within bounds. Processes, people among them, have their turn one after the other in a fixed order, each to its end;
 * so many times another one takes a step instead, and goes on from there (a switch), and so many processes die, at whatever step. A
 * state that was reached before with as much left to spend is not gone on with, since what can follow from it was followed.
 */
import { createHash } from 'node:crypto';
import type { Fault } from '../../soak/oracle/judge.ts';
import type { Dice } from '../model/seeded-random.ts';
import { type Choice, Course, type Order } from './course.ts';
import type { Situation } from './situation.ts';

export type Bounds = { readonly switches: number; readonly deaths: number };

export type Explored = {
  /** Courses that were followed to their end, or to a state that was known. */
  readonly courses: number;
  /** Different states in which a choice was made, and in which all had ended. */
  readonly states: number;
  readonly ends: number;
  /** Whether nothing within the bounds was left out. */
  readonly isWhole: boolean;
  readonly failed: readonly Failed[];
};

export type Failed = { readonly choices: readonly Choice[]; readonly faults: readonly Fault[] };

/** `choices` were taken; so much may still be spent. */
type Path = Bounds & { readonly choices: readonly Choice[] };

export type Options = {
  readonly order?: Order;
  readonly mayGoOn?: () => boolean;
  readonly mostFailed?: number;
};

export async function explore(
  situation: Situation,
  bounds: Bounds,
  { order = 'as given', mayGoOn = () => true, mostFailed = 3 }: Options = {},
): Promise<Explored> {
  const begin = () => new Course(situation, order);
  const seen = new Map<string, Bounds[]>();
  const open: Path[] = [{ ...bounds, choices: [] }];
  const failed: Failed[] = [];
  let [courses, ends] = [0, 0];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (!mayGoOn() || failed.length >= mostFailed)
      return { courses, states: seen.size, ends, isWhole: false, failed };
    const followed = await follow(begin(), path, seen, open);
    courses += 1;
    if (followed === 'known') continue;
    ends += 1;
    if (followed.faults.length > 0) failed.push(followed);
  }
  return { courses, states: seen.size, ends, isWhole: true, failed };
}

/** To the end, or to a state that is known; what else could have happened on the way is put down for later. */
async function follow(
  course: Course,
  path: Path,
  seen: Map<string, Bounds[]>,
  open: Path[],
): Promise<'known' | Failed> {
  await course.begin();
  for (const choice of path.choices) await course.take(choice);
  const taken = [...path.choices];
  for (;;) {
    if (!isNew(seen, nameOf(await course.state()), path)) return 'known';
    const [first, ...others] = course.choices;
    if (path.switches > 0)
      for (const choice of others)
        open.push({ ...path, switches: path.switches - 1, choices: [...taken, choice] });
    if (path.deaths > 0)
      for (const death of course.deaths)
        open.push({ ...path, deaths: path.deaths - 1, choices: [...taken, death] });
    if (first === undefined) return { choices: taken, faults: await course.end() };
    await course.take(first);
    taken.push(first);
  }
}

const nameOf = (state: string): string => createHash('sha1').update(state).digest('base64');

/** Whether the state was never reached with as much to spend; then it is put down. */
function isNew(seen: Map<string, Bounds[]>, state: string, { switches, deaths }: Bounds): boolean {
  const known = seen.get(state) ?? [];
  if (known.some((one) => one.switches >= switches && one.deaths >= deaths)) return false;
  seen.set(state, [...known, { switches, deaths }]);
  return true;
}

/** One course at random: as many switches as the dice say, and a death now and then. */
export async function wander(situation: Situation, dice: Dice): Promise<Failed> {
  const course = new Course(situation);
  await course.begin();
  const taken: Choice[] = [];
  for (let { choices } = course; choices.length > 0; { choices } = course) {
    const ways = dice.chance(0.02) && course.deaths.length > 0 ? course.deaths : choices;
    const next = dice.chance(0.5) ? ways[0] : ways[dice.pick(ways.length)];
    if (next === undefined) break;
    await course.take(next);
    taken.push(next);
  }
  return { choices: taken, faults: await course.end() };
}
