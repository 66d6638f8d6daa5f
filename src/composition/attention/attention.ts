/** All that waits for a person, the most urgent first. Who adds a kind of matter writes a finder, and names it here. */
import { certificatesEnding } from './certificates.ts';
import { childrenWaiting } from './children.ts';
import { clocksWrong } from './clocks.ts';
import { conflictsHeld } from './conflicts.ts';
import { dataNearBudget } from './data.ts';
import { valuesDoubled } from './doubled.ts';
import { neverRun, serversFailing } from './failing.ts';
import { haltsWaiting } from './halts.ts';
import { changesLate, readingsLate } from './late.ts';
import { fieldsCalledOtherwise, logsUnread, sweepLayoutsUnfit } from './layouts.ts';
import type { Finder, Look, Matter, Urgency } from './matter.ts';
import { recordsParked } from './parked.ts';
import { pausesWithoutEnd } from './pauses.ts';
import { webhooksBroken } from './webhooks.ts';

const finders: readonly Finder[] = [
  haltsWaiting,
  serversFailing,
  neverRun,
  conflictsHeld,
  recordsParked,
  changesLate,
  readingsLate,
  certificatesEnding,
  dataNearBudget,
  clocksWrong,
  childrenWaiting,
  pausesWithoutEnd,
  logsUnread,
  sweepLayoutsUnfit,
  fieldsCalledOtherwise,
  valuesDoubled,
  webhooksBroken,
];

export async function mattersOf(look: Look): Promise<readonly Matter[]> {
  const found = await Promise.all(finders.map((find) => find(look)));
  return found.flat().toSorted(byUrgency);
}

const order: Readonly<Record<Urgency, number>> = { now: 0, soon: 1, later: 2 };

/** Of two that are as urgent first what stops more, then what waits longer; what has no beginning comes last, in the order of the finders. */
const byUrgency = (a: Matter, b: Matter): number =>
  order[a.urgency] - order[b.urgency] ||
  reaches[reachOf[a.kind]] - reaches[reachOf[b.kind]] ||
  (a.since ?? latest) - (b.since ?? latest);

const latest = Number.MAX_SAFE_INTEGER;

/** How much stands still: a whole table or server, single records, single values, or nothing. */
type Reach = 'place' | 'record' | 'value' | 'nothing';

const reaches: Readonly<Record<Reach, number>> = { place: 0, record: 1, value: 2, nothing: 3 };

const reachOf: Readonly<Record<Matter['kind'], Reach>> = {
  'first-meeting': 'place',
  'mass-delete': 'place',
  restored: 'place',
  clone: 'place',
  'schema-drift': 'place',
  'clock-step': 'place',
  'other-zone': 'place',
  migration: 'place',
  moved: 'place',
  'hidden-rows': 'place',
  failing: 'place',
  'never-run': 'place',
  lag: 'place',
  unread: 'place',
  certificate: 'place',
  data: 'place',
  paused: 'place',
  parked: 'record',
  waiting: 'record',
  held: 'value',
  skew: 'nothing',
  'clock-set': 'nothing',
  'log-unread': 'nothing',
  'sweep-layout': 'nothing',
  'called-otherwise': 'nothing',
  doubled: 'nothing',
  webhooks: 'nothing',
};
