/** An event as lines of a log: none for those that say nothing new. No record content (R9). */
import type { Api } from '../core/api.ts';
import type { ServerName } from '../core/names.ts';
import type { EngineEvent } from '../engine/events.ts';
import { unseenLine } from './view-lines.ts';
import { haltWords } from './halt-words.ts';
import { remappedLine } from './pause/remapped-line.ts';
import { sweepWords } from './safety-words.ts';
import type { Endless, MovedEvent, RenamedEvent, Unfit, WayEvent } from './tally.ts';
import { calledWords, renameToWrite } from '../composition/former-fields.ts';
import { coded, count, duration } from '../composition/words.ts';

/** `apiOf`: of each server, by whose words a table is a layout, or a table. */
export function eventLines(event: EngineEvent, apiOf: (server: ServerName) => Api): readonly string[] {
  switch (event.kind) {
    case 'delivered':
      return deliveredLines(event);
    case 'parked':
      return [`${event.table}: ${count(event.records, 'record')} parked: ${event.reason}`];
    case 'deferred':
      return [
        `${event.table}: ${count(event.records, 'record')} on ${event.server} left for later (${event.why})`,
      ];
    case 'met':
      return metLines(event);
    case 'clock-stepped':
      return [`the clock of ${event.server} was set by ${event.byMs} ms`];
    case 'other-zone':
      return [`${event.server} stamps ${duration(event.offByMs)} off its clock: is its timeZone right?`];
    case 'rewritten':
      return [`${event.table}: ${event.server} rewrote ${event.field} in ${count(event.records, 'record')}`];
    case 'rewritten-endlessly':
      return [endlessLine(event), '    choose: serversync conflicts list --held'];
    case 'server-back':
      return [`${event.server} works again (${event.task})`];
    case 'rows-unseen':
      return [unseenLine(event)];
    case 'paused':
      return [`paused: ${ofServer(event)} (serversync status says until when)`];
    case 'went-on':
      return [`goes on: ${ofServer(event)}`];
    case 'data-limit-reached':
      return [`${event.server} is left alone: its licence lets it send no more (953)`];
    case 'hooks-missed':
      return [
        `${event.table}: ${count(event.changes, 'change')} on ${event.server} came by the schedule, of which no webhook had told`,
      ];
    case 'data-limit-over':
      return [`${event.server} sends data again`];
    case 'server-failed':
      return [`failed: ${coded(event.error)}`];
    case 'ingested':
      return conflictLines(event);
    case 'outdated':
      return [`${event.table}: another process goes by newer fields or servers, left to it`];
    case 'ended':
      return event.deleted === 0
        ? []
        : [
            `${event.table}: ${count(event.deleted, 'record')} deleted on ${event.server}, on the others next`,
          ];
    case 'log-unreadable':
    case 'sweep-layout-unfit':
    case 'called-otherwise':
      return [unfitLine(event)];
    case 'swept':
      return sweptLines(event);
    case 'halted':
      return [
        `${event.table}: halted for ${event.server}: ${haltWords({ ...event, api: apiOf(event.server) })}`,
        `    the ways out: serversync halts ${event.id}`,
      ];
    case 'halt-ended':
      return [`${event.table}: goes on with ${event.server}`];
    case 'moved':
    case 'proven':
      return [movedLine(event)];
    case 'remapped':
      return [remappedLine(event)];
    case 'renamed':
      return renamedLines(event);
    case 'left':
      return [leftLine(event)];
    case 'slowed':
    case 'script':
      return [wayLine(event)];
    case 'retrying':
    case 'transferring':
    case 'read':
    case 'batched':
    case 'log-read':
      return [];
  }
}

const givingWay: Record<Extract<EngineEvent, { kind: 'slowed' }>['why'], string> = {
  slow: 'its answers became slow',
  refused: 'it refused requests or did not answer',
  locked: 'people work through the table',
};

export const wayLine = (event: WayEvent): string =>
  event.kind === 'slowed' ? slowedLine(event) : scriptLine(event);

const slowedLine = ({ server, from, to, why }: Extract<EngineEvent, { kind: 'slowed' }>): string =>
  `${server}: ${givingWay[why]}, so ${count(to, 'request')} at once instead of ${from} until there is room again`;

function scriptLine({ server, layout, reason }: Extract<EngineEvent, { kind: 'script' }>): string {
  return reason === undefined
    ? `${server}: ${layout} is written through the script from now on, many records by one request`
    : `${server}: ${layout} is written by a request for each record: ${reason}`;
}

const ofServer = ({ server, tables }: Extract<EngineEvent, { kind: 'paused' | 'went-on' }>): string =>
  tables === undefined ? server : `${tables.join(', ')} on ${server}`;

export function movedLine(event: MovedEvent): string {
  const { table, server } = event;
  if (event.kind === 'moved')
    return `${table} on ${server} is at ${event.now} from now on (it was at ${event.was}): nothing is read or written until it is known to be the same file`;
  const { asked = 0, agreed = 0 } = event.figures;
  return `${table} on ${server} is the same file at its new address: ${agreed} of ${count(asked, 'known record')} that ${asked === 1 ? 'was' : 'were'} asked for ${agreed === 1 ? 'is' : 'are'} as known`;
}

export const renamedLines = ({ table, to, aside = {}, other }: RenamedEvent): readonly string[] => [
  ...Object.entries(to).map(([from, name]) => `${table}: ${from} is called ${name} from now on`),
  ...Object.keys(aside).map(
    (field) => `${table}: ${field} is another field on all servers from now on: read and compared anew`,
  ),
  ...other.map(
    ({ server, field }) =>
      `${table}: ${field} is another field on ${server} from now on: compared in every record`,
  ),
];

function leftLine({ table, server, waiting, parked }: Extract<EngineEvent, { kind: 'left' }>): string {
  const closed = [
    ...(waiting > 0 ? [`${count(waiting, 'record')} that waited`] : []),
    ...(parked > 0 ? [`${count(parked, 'record')} that ${parked === 1 ? 'was' : 'were'} parked`] : []),
  ];
  return `${table}: ${server} is not in the configuration any more, closed: ${closed.join(', ')}`;
}

export const endlessLine = ({ table, server, other, field, records }: Endless): string =>
  `${server} and ${other} set ${field} of ${table} again each time, each in its own way: held in ${count(records, 'record')}`;

function deliveredLines({
  table,
  server,
  created,
  updated,
  removed,
}: Extract<EngineEvent, { kind: 'delivered' }>): readonly string[] {
  if (created + updated + removed === 0) return [];
  const deleted = removed === 0 ? '' : `, ${removed} deleted`;
  return [`${table}: ${server} got ${created} created, ${updated} updated${deleted}`];
}

/** What is done without a layout that the configuration names beside that of the records, or by ids in place of names. */
export function unfitLine(event: Unfit): string {
  const { table, server } = event;
  if (event.kind === 'log-unreadable')
    return `${table}: the log of deletes on ${server} cannot be read, so only a sweep finds them: ${event.error.message}`;
  if (event.kind === 'called-otherwise')
    return `${table}: ${calledWords(event)}, and goes on by its id: write ${renameToWrite(event)} under its servers.${server}`;
  return event.why === 'other-records'
    ? `${table}: the sweepLayout on ${server} shows other records than the layout, which is swept instead: give both the same table`
    : `${table}: the sweepLayout on ${server} is not as it was, the layout is swept instead: put key and stamp on it`;
}

/** Found by comparing, not by any stamp. */
function sweptLines({
  table,
  server,
  counts,
  doubled = 0,
}: Extract<EngineEvent, { kind: 'swept' }>): readonly string[] {
  return [
    `${table}: swept ${server}: ${sweepWords(counts)}`,
    ...(doubled > 0
      ? [`${table}: ${count(doubled, 'value')} in more than one record each: serversync status`]
      : []),
  ];
}

function conflictLines({
  table,
  server,
  conflicts,
  paired,
  held,
}: Extract<EngineEvent, { kind: 'ingested' }>): readonly string[] {
  const decided = conflicts + paired - held;
  return [
    ...(decided === 0 ? [] : [`${table}: ${count(decided, 'conflict')} with ${server} decided, losers kept`]),
    ...(held === 0
      ? []
      : [`${table}: ${count(held, 'conflict')} with ${server} held: serversync conflicts list --held`]),
  ];
}

function metLines({
  table,
  server,
  halted,
  shared,
  differing,
  leaving,
}: Extract<EngineEvent, { kind: 'met' }>): readonly string[] {
  if (!halted) return [`${table}: met ${server}, ${count(shared, 'shared record')}`];
  if (leaving !== undefined)
    return [
      `${table}: halted for ${server}: ${count(leaving, 'record')} there would be removed, outside its share`,
      `    if they are to be: stop this (Ctrl-C), serversync approve ${table} ${server}, and start it again`,
    ];
  return [
    `${table}: halted for ${server}: ${differing} of ${count(shared, 'shared record')} differ. Look at some with ` +
      'serversync status --examples',
    `    if its keys mean the same records: stop this (Ctrl-C), serversync approve ${table} ${server}, and start it again`,
  ];
}
