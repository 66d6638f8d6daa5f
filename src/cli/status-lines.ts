/** What `status` tells, in words: a row for each table on each server, the clocks, then what a person has to see to. */
import { fileWords, sizeWords } from '../core/file-words.ts';
import type { Conflict, Parked } from '../core/conflict.ts';
import type { Configuration } from '../config/configuration.ts';
import type { Meeting } from '../core/first-meeting.ts';
import type { EpochMs } from '../core/names.ts';
import type { RunRecord } from '../core/run-record.ts';
import type { CarriedFiles } from '../composition/carried-files.ts';
import type { Overview } from '../composition/overview.ts';
import type { PlaceRow } from '../composition/place-rows.ts';
import { count, duration } from '../composition/words.ts';
import { ruleOf, shortRule } from './conflicts/lines.ts';
import { commandsFor } from './conflicts/looking.ts';
import { dataLines } from './data-lines.ts';
import { doubledLines } from './doubled-lines.ts';
import { causesOf } from './parked-list-command.ts';
import { pausedLines } from './pause/lines.ts';
import { holdingLines, rowLines, serverLines } from './status-rows.ts';
import { type StackFindings, stackLines } from './status-stack.ts';
import { alarmLines, haltLines, heldLines, stampLines, stepLines } from './summary.ts';
import { stateLine } from './webhooks/state-lines.ts';
import { wrapped } from './wrapped.ts';

export type Shown = {
  readonly configuration: Configuration;
  readonly now: EpochMs;
  readonly overview: Overview;
  readonly places: readonly PlaceRow[];
  /** All of them, latest first. */
  readonly parked: readonly Parked[];
  readonly files: CarriedFiles;
  /** Shown at most of causes of what is parked, and of conflicts. */
  readonly limit: number;
  readonly conflicts: readonly Conflict[];
  readonly meetings: readonly Meeting[];
  readonly last: RunRecord | undefined;
  readonly isAtWork: boolean;
  /** Of a deployed stack, which has no runs. */
  readonly stack: { readonly name: string; readonly findings: StackFindings } | undefined;
};

/** `examples`: with values of records. */
export function statusLines(shown: Shown, examples: boolean): readonly string[] {
  const { configuration, now, overview, stack } = shown;
  return [
    ...(stack === undefined ? lastRunLines(shown.last, shown.isAtWork, now) : []),
    ...rowLines(shown.places, now),
    '',
    ...serverLines(overview, now),
    ...blankBefore([
      ...stampLines(overview),
      ...stepLines(overview),
      ...alarmLines(overview, configuration),
      ...wokenLines(overview, now),
      ...pausedLines(overview, stack?.name),
      ...(stack === undefined ? [] : stackLines(stack.findings, { stack: stack.name, configuration, now })),
    ]),
    ...parkedLines(shown),
    ...waitingLines(overview),
    ...conflictLines(shown, examples),
    ...heldLines(overview, stack?.name),
    ...haltLines(overview, stack?.name),
    ...doubledLines(overview, stack?.name),
    ...leftLines(overview),
    ...(examples ? exampleLines(shown.meetings) : []),
    '',
    ...holdingLines(overview),
    ...filesLines(shown),
    '',
    ...dataLines(overview),
  ];
}

const wokenLines = ({ webhooks }: Overview, now: EpochMs): readonly string[] =>
  webhooks
    .filter(({ outcome }) => outcome !== 'removed')
    .map((state) => {
      const { calls } = state;
      const last =
        calls?.lastAt === undefined ? '' : `; the last call was ${duration(now - calls.lastAt)} ago`;
      return `${stateLine(state)}${last}`;
    });

const blankBefore = (lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', ...lines];

const leftLines = ({ left }: Overview): readonly string[] =>
  left.length === 0
    ? []
    : [
        '',
        ...wrapped(
          `not in the configuration any more: ${left.map(({ table, server }) => `${table} on ${server}`).join(', ')}. ` +
            'What is known of it is kept, so that it can come back, until serversync forget',
          '',
        ),
      ];

function lastRunLines(run: RunRecord | undefined, atWork: boolean, now: EpochMs): readonly string[] {
  if (run === undefined) return ['no run has begun its work yet: start one with serversync run --once', ''];
  const ago = `${duration(now - (run.endedAt ?? run.startedAt))} ago`;
  const done = doneWords(run);
  if (run.endedAt === undefined && atWork) return [`a run began ${ago} and is at work: ${done} so far`, ''];
  if (run.endedAt === undefined)
    return [`the last run began ${ago} and did not come to its end; run it again to go on`, ''];
  const failed = run.failures.length > 0 ? `, failed: ${run.failures.join(', ')}` : '';
  return [`the last run ended ${ago}: ${done}${failed}`, ''];
}

function doneWords({ created, updated, removed = 0 }: RunRecord): string {
  const figures = [
    [created, 'created'],
    [updated, 'updated'],
    ...(removed > 0 ? [[removed, 'deleted'] as const] : []),
  ] as const;
  return figures.map(([number, what]) => `${number.toLocaleString('en-US')} ${what}`).join(', ');
}

/** Nothing where no container is kept the same. */
function filesLines({ files, stack }: Pick<Shown, 'files' | 'stack'>): readonly string[] {
  const { limitBytes, folder, fields, parked, tooLarge } = files;
  if (fields + parked === 0) return [];
  const where = folder === undefined ? 'in the bucket of the stack' : `in ${folder}`;
  const carried = `containers: files up to ${sizeWords(limitBytes)} are carried, and kept ${where}`;
  const [first = '', ...rest] = wrapped(carried, '    ');
  const carriedLines = ['', first.trimStart(), ...rest];
  if (parked === 0) return carriedLines;
  const large =
    tooLarge === 0 ? '' : `, ${tooLarge.toLocaleString('en-US')} of them for one that is larger than that`;
  const waits = `${count(parked, 'record is', 'records are')} parked for a file${large}: ${commandsFor(stack?.name)('parked list')}`;
  return [...carriedLines, ...wrapped(waits, '    ')];
}

/** They are among those that are not delivered yet. */
export function waitingLines({ waiting }: Pick<Overview, 'waiting'>): readonly string[] {
  const lines = waiting.map(({ table, server, parent, records }) => {
    const wait = records === 1 ? 'waits for its parent' : 'wait for their parents';
    return `${count(records, 'record')} of ${table} ${wait} in ${parent} on ${server}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

/** By cause, at a glance: the keys, and what to look at, are in the list of what is parked. */
function parkedLines({ parked, stack, limit }: Shown): readonly string[] {
  if (parked.length === 0) return [];
  const lines = causesOf(parked).flatMap(({ code, cause, places }) =>
    places.map(
      ({ table, server, parked: of }) =>
        `${table} on ${server}: ${count(of.length, 'record')}: ${cause} (${code})`,
    ),
  );
  const command = commandsFor(stack?.name)('parked list');
  return [
    '',
    `${count(parked.length, 'record')} parked:`,
    ...lines.slice(0, limit).flatMap(hanging),
    ...more(lines.length - limit),
    `    the keys, and what to look at: ${command}`,
  ];
}

function hanging(line: string): readonly string[] {
  const [first = '', ...rest] = wrapped(line, '        ');
  return [`    ${first.trimStart()}`, ...rest];
}

function conflictLines({ conflicts, overview, stack }: Shown, values: boolean): readonly string[] {
  const all = overview.conflicts;
  if (all === 0) return [];
  const lines = conflicts.map((conflict) => {
    const { table, key, field, winner, loser } = conflict;
    const what = values ? `: ${shownSide(winner)} over ${shownSide(loser)}` : '';
    return `    ${table}, ${key}, ${field}: ${winner.server} over ${loser.server}${what} (${shortRule[ruleOf(conflict)]})`;
  });
  const hint = values
    ? []
    : [`    the values: serversync conflicts list${stack === undefined ? '' : ` --stack ${stack.name}`}`];
  return ['', `${count(all, 'losing value')} kept:`, ...lines, ...more(all - conflicts.length), ...hint];
}

const shownSide = ({ value, deleted }: Conflict['winner']): string =>
  deleted ? '(record deleted)' : (fileWords(value) ?? JSON.stringify(value));

const more = (left: number): readonly string[] =>
  left > 0 ? [`    and ${left.toLocaleString('en-US')} more (--limit shows more of them)`] : [];

const exampleLines = (meetings: readonly Meeting[]): readonly string[] =>
  meetings
    .filter(({ state }) => state === 'halted')
    .flatMap(({ table, server, shared, differing, examples }) => [
      `${table} on ${server}: ${differing.toLocaleString('en-US')} of ${count(shared, 'shared record')} differ, such as`,
      ...examples.flatMap(({ key, fields }) => [
        `    ${key}`,
        ...fields.map(
          ({ field, here, head }) =>
            `        ${field}: ${JSON.stringify(here)} here, ${JSON.stringify(head)} elsewhere`,
        ),
      ]),
    ]);
