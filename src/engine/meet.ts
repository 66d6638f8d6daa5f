/**
 * The first meeting of a server with a table that others hold already: compared in whole before anything of it is
 * merged or written, since keys that do not mean the same record would spoil every server at once.
 */
import type { Bookmark } from '../core/bookmark.ts';
import type { Digests } from '../core/digest.ts';
import type { Head, Replica } from '../core/head.ts';
import { isDangerous, type Meeting, type MeetingExample, meetingDifferences } from '../core/first-meeting.ts';
import { type Link, sends, type TablePlan } from '../core/link.ts';
import { standingBy, standingOf } from '../core/share.ts';
import { limitOf } from '../core/suspect.ts';
import type { FieldName, Key, ServerName, TableName } from '../core/names.ts';
import type { Watermark } from '../core/watermark.ts';
import type { ServerRecord } from '../ports/server.ts';
import { keepView, ListedView } from './account-view.ts';
import type { Engine, Place } from './engine.ts';
import type { EngineEvent } from './events.ts';
import { stateOf } from './link-clock.ts';
import { pagesOf } from './pager.ts';
import { isPaused } from './paused.ts';
import { PlaceKeeping } from './place-keeping.ts';
import { readable } from './readable.ts';

/** Pairs that are kept for a person to look at. */
const keptExamples = 5;

/**
 * `unfinished`: time was over; a bookmark says how far it came. `waiting`: a server that only receives is met when all senders have been read, since its own records never count; any
 * other when those that are read anew have been, since until then heads lack what it has to be compared with.
 */
export type Met = 'passed' | 'halted' | 'waiting' | 'unfinished';

/**
 * Whether the server's first meeting with the table is over for good, and nothing is halted or paused: otherwise nothing is
 * written there.
 */
export async function isMet(engine: Engine, place: Place): Promise<boolean> {
  const { control } = engine;
  const { plan, link } = place;
  const [meeting, watermark, halt, paused] = await Promise.all([
    control.meeting(plan.name, link.server),
    control.watermark(plan.name, link.server),
    control.halt(plan.name, link.server),
    isPaused(engine, place),
  ]);
  return halt === undefined && !paused && isPassed(link, meeting, watermark);
}

/** The same, of what was read. */
export function isPassed(
  link: Link,
  meeting: Meeting | undefined,
  watermark: Watermark | undefined,
): boolean {
  if (meeting === undefined || meeting.state === 'halted' || meeting.state === 'again') return false;
  return !sends(link) || meeting.over === true || watermark !== undefined;
}

/** Its reads may begin anew from now on without a meeting. */
export async function keepMet(engine: Engine, plan: TablePlan): Promise<void> {
  for (const { server } of plan.links.filter(sends)) {
    const meeting = await engine.control.meeting(plan.name, server);
    if (meeting && meeting.state !== 'halted' && (await wasRead(engine, plan.name, server)))
      await engine.control.putMeeting({ ...meeting, over: true });
  }
}

/** Whether its first read is over. */
const wasRead = async (engine: Engine, table: TableName, server: ServerName): Promise<boolean> =>
  (await engine.control.watermark(table, server)) !== undefined;

/** Awaited before each further page; `stop` saves the place and ends. */
export type Pace = () => Promise<'on' | 'stop'>;

/** Of whoever has all the time there is. */
export const onAndOn: Pace = () => Promise.resolve('on');

export type Meet = {
  /** The meeting as it went before, if it was held. */
  readonly before: Meeting | undefined;
  /** Where an earlier reading of these fields stopped. */
  readonly bookmark: Bookmark | undefined;
  readonly pace: Pace;
};

/**
 * A halted meeting is held again each time: when the cause is mended it passes by itself. So is one whose first read
 * did not come to its end: what was read from others since was not there to compare with.
 */
export async function meet(
  engine: Engine,
  place: Place,
  { before, bookmark, pace }: Meet,
  signal: AbortSignal,
): Promise<Met> {
  const { plan, link } = place;
  if (before?.state === 'approved') return 'passed';
  const isOurs = bookmark !== undefined && !(await othersMetSince(engine, place, bookmark));
  if (isOurs && bookmark.kind === 'first-read' && before?.state === 'passed') return 'passed';
  const met = sends(link) ? await metForGood(engine, plan) : plan.links.filter(sends);
  const awaited = met.filter((other) => other !== link);
  if (!(await allWereRead(engine, plan, awaited))) return 'waiting';
  const goOn = isOurs && bookmark.kind === 'meeting' ? bookmark : undefined;
  const isComparable = removes(link) || (await engine.records.hasHeads(plan.name));
  const keeping = new PlaceKeeping(engine, place, { isStored: goOn !== undefined, atOnce: false });
  const comparison = isComparable
    ? await compare(engine, place, { before, goOn, pace, keeping }, signal)
    : { shared: 0, differing: 0, examples: [] };
  if (comparison === undefined) return 'unfinished';
  const halted = isDangerous(comparison.shared, comparison.differing) || comparison.leaving !== undefined;
  const meeting: Meeting = {
    table: plan.name,
    server: link.server,
    state: halted ? 'halted' : 'passed',
    ...comparison,
    examples: halted ? comparison.examples : [],
    ...(before?.over && { over: true as const }),
    at: engine.clock.now(),
  };
  await engine.control.putMeeting(meeting);
  await keeping.drop();
  if (isNews(before, meeting)) engine.report(toldOf(meeting));
  return halted ? 'halted' : 'passed';
}

function isNews(before: Meeting | undefined, { state, shared, differing, leaving }: Meeting): boolean {
  const isSame = before?.differing === differing && before.shared === shared;
  return state !== 'halted' || !isSame || before.leaving?.records !== leaving?.records;
}

const toldOf = ({ table, server, state, shared, differing, leaving }: Meeting): EngineEvent => ({
  kind: 'met',
  table,
  server,
  halted: state === 'halted',
  shared,
  differing,
  ...(leaving && { leaving: leaving.records }),
});

async function allWereRead(engine: Engine, plan: TablePlan, links: readonly Link[]): Promise<boolean> {
  const read = await Promise.all(links.map(({ server }) => wasRead(engine, plan.name, server)));
  return read.every(Boolean);
}

/** Links that were met for good, whether or not they have been read again since. */
async function metForGood(engine: Engine, plan: TablePlan): Promise<readonly Link[]> {
  const meetings = await Promise.all(
    plan.links.map(async (link) => ({ link, meeting: await engine.control.meeting(plan.name, link.server) })),
  );
  return meetings
    .filter(({ link, meeting }) => sends(link) && meeting?.over === true)
    .map(({ link }) => link);
}

/** Another server's meeting changed what this one has to be compared with. */
async function othersMetSince(
  { control }: Engine,
  { plan, link }: Place,
  { startedAt }: Bookmark,
): Promise<boolean> {
  const others = plan.links.filter(({ server }) => server !== link.server);
  const meetings = await Promise.all(others.map(({ server }) => control.meeting(plan.name, server)));
  return meetings.some((meeting) => meeting !== undefined && meeting.at >= startedAt);
}

type Comparison = Pick<Meeting, 'shared' | 'differing' | 'examples' | 'leaving'>;

type Comparing = Pick<Meet, 'before' | 'pace'> & {
  readonly keeping: PlaceKeeping;
  readonly goOn: (Bookmark & { readonly kind: 'meeting' }) | undefined;
};

/** Undefined where time was over; then a bookmark is stored. */
async function compare(
  engine: Engine,
  place: Place,
  { before, goOn, pace, keeping }: Comparing,
  signal: AbortSignal,
): Promise<Comparison | undefined> {
  const { plan, link } = place;
  const fields = plan.fields.map((field) => field.name);
  const startedAt = goOn?.startedAt ?? engine.clock.now();
  // What was edited where it only received so far counted for nobody.
  const wasReadBefore =
    !sends(link) || before?.over === true || (await wasRead(engine, plan.name, link.server));
  let { shared, differing, rows = 0, leaving = 0 } = goOn ?? { shared: 0, differing: 0 };
  const examples: MeetingExample[] = [...(goOn?.examples ?? [])];
  /** A key that several records have counts once: it is parked for that. */
  const compared = new Set<Key>();
  const view = new ListedView();
  const fetch = view.watching((range) => place.table.list(range, signal));
  const from = goOn === undefined ? {} : { from: goOn.place };
  for await (const page of pagesOf(engine.clock, fetch, engine.settings.pageSize, from)) {
    const keys = [...new Set(page.records.map((record) => record.key).filter((key) => key !== ''))];
    const { result } = await readable(engine, place, keys, (of) => stored(engine, place, of));
    const { heads, replicas } = result;
    rows += page.records.length;
    leaving += page.records.filter((record) => isToLeave(link, record, heads.get(record.key))).length;
    for (const record of page.records) {
      const head = heads.get(record.key);
      if (head === undefined || compared.has(record.key)) continue;
      compared.add(record.key);
      shared += 1;
      // What this server brought, or is known to hold, has met already (a first read that was cut short).
      // Of files it is not asked which they are: what differs in them is merged when they are read.
      const [here, replica] = [stateOf(plan, record).digests, replicas.get(record.key)];
      const isKnown = replica !== undefined && (wasReadBefore || isHeldAs(replica, record, here));
      if (head.seen[link.server] !== undefined || isKnown) continue;
      const differ = meetingDifferences(here, headDigests(head), fields);
      if (differ.length === 0) continue;
      differing += 1;
      if (examples.length < keptExamples) examples.push(exampleOf(record, head, differ));
    }
    const { records, foundCount: total } = page;
    const counted = { records: records.length, total };
    engine.report({
      kind: 'read',
      table: plan.name,
      server: link.server,
      phase: 'first-meeting',
      ...counted,
    });
    const { next } = page;
    if (next === undefined) continue;
    const stops = (await pace()) === 'stop';
    const of = { table: plan.name, server: link.server, fields, startedAt };
    const sofar = { shared, differing, examples, place: next, ...(removes(link) && { rows, leaving }) };
    await keeping.behindPage(stops, () => ({ kind: 'meeting', ...of, ...sofar }));
    if (stops) return undefined;
  }
  await keepView(engine, place, view);
  const limit = limitOf(plan, rows);
  const isMany = leaving > limit;
  return { shared, differing, examples, ...(isMany && { leaving: { records: leaving, rows, limit } }) };
}

/** Whether the row holds what it is known to hold, or was not touched since. */
const isHeldAs = (replica: Replica, { recordId, modId }: ServerRecord, here: Digests): boolean =>
  (recordId === replica.recordId && modId === replica.modId) ||
  Object.entries(here).every(([field, digest]) => (replica.digests[field] ?? digest) === digest);

/** What is outside its share is removed there: so much at once is a danger. */
const removes = ({ share }: Link): boolean => share?.leave === 'remove';

/** By the head, or by what the server is about to bring. */
function isToLeave(link: Link, { key, values, files = {} }: ServerRecord, head: Head | undefined): boolean {
  if (link.share === undefined || !removes(link) || head?.deleted) return false;
  const standing =
    head === undefined
      ? standingBy(link.share, key, (field) => values[field] ?? files[field] ?? '')
      : standingOf(link, head);
  return standing === 'outside';
}

const stored = async ({ records }: Engine, { plan, link }: Place, keys: readonly Key[]) => ({
  heads: await records.heads(plan.name, keys),
  replicas: await records.replicas(plan.name, link.server, keys),
});

const headDigests = (head: Head): Readonly<Record<FieldName, string>> =>
  Object.fromEntries(Object.entries(head.fields).map(([field, { digest }]) => [field, digest]));

const exampleOf = (record: ServerRecord, head: Head, differ: readonly FieldName[]): MeetingExample => ({
  key: record.key,
  fields: differ.map((field) => ({
    field,
    here: record.values[field] ?? '',
    head: head.fields[field]?.value ?? '',
  })),
});
