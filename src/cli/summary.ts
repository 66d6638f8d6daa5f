/** The end of a run in plain words: what was done, what waits and for whom, and what to do about it. */
import type { Configuration } from '../config/configuration.ts';
import { exitCodes } from './exit-code.ts';
import type { RunOutcome } from '../engine/run.ts';
import { duePending } from '../composition/due-pending.ts';
import type { Overview } from '../composition/overview.ts';
import type { RunResult } from './run-command.ts';
import type { LinkTally, MovedEvent } from './tally.ts';
import { unseenLines } from './view-lines.ts';
import { dataAlarmLines, stoppedLines, stoppedOf } from './data-lines.ts';
import { doubledNotices } from './doubled-lines.ts';
import { endlessLine, movedLine, renamedLines, unfitLine, wayLine } from './event-lines.ts';
import { haltedLines } from './halt-words.ts';
import { pausedLines } from './pause/lines.ts';
import { remappedLine } from './pause/remapped-line.ts';
import { wrapped } from './wrapped.ts';
import { clockWords, coded, count, duration } from '../composition/words.ts';
import { columns } from './words.ts';

export function summaryLines(result: RunResult, hints: boolean): readonly string[] {
  return [
    ...tallyLines(result.tally.links),
    ...clockLines(result.overview),
    ...alarmLines(result.overview, result.configuration),
    ...noticeLines(result, hints),
    ...failureLines(result),
    '',
    verdict(result),
  ];
}

function tallyLines(links: readonly LinkTally[]): readonly string[] {
  if (links.length === 0) return [];
  const heading = ['table', 'server', 'read', 'changed there', 'created there', 'updated there'];
  const removes = links.some(({ removed }) => removed > 0);
  const rows = links.map(({ table, server, read, changed, created, updated, removed }) => [
    table,
    server,
    ...[read, changed, created, updated, ...(removes ? [removed] : [])].map((n) => n.toLocaleString('en-US')),
  ]);
  return columns([[...heading, ...(removes ? ['deleted there'] : [])], ...rows]);
}

export const clockLines = (overview: Overview): readonly string[] => [
  ...overview.servers.flatMap(({ server, clockOffsetMs }) =>
    clockOffsetMs ? [`clock of ${server}: ${clockWords(clockOffsetMs)}`] : [],
  ),
  ...stampLines(overview),
];

/** What is wrong with the stamps of records. */
export function stampLines({ servers, tables }: Overview): readonly string[] {
  const zones = servers.flatMap(({ server, stampsOffMs }) =>
    stampsOffMs === undefined
      ? []
      : [
          `${server} stamps records ${duration(stampsOffMs)} ${stampsOffMs < 0 ? 'behind' : 'ahead of'} its clock: ` +
            `is timeZone of servers.${server} right?`,
        ],
  );
  const late = tables.flatMap(({ table, servers: links }) =>
    links
      .filter((link) => link.usersClockBehindMs > 0)
      .map((link) => lateWords(table, link.server, link.usersClockBehindMs)),
  );
  return [...zones, ...late];
}

/** How long a clock that was set is told of, ms. */
const stepToldMs = 7 * 86_400_000;

/** Of runs before this one too. */
export const stepLines = ({ servers }: Overview): readonly string[] =>
  servers.flatMap(({ server, clockStep: step, clockMeasuredAt = 0 }) => {
    if (step === undefined || clockMeasuredAt - step.at > stepToldMs) return [];
    const on = new Date(step.at).toISOString().slice(0, 16).replace('T', ' ');
    const how = `${step.byMs < 0 ? 'back' : 'forward'} by ${duration(step.byMs)}`;
    return [`the clock of ${server} was set ${how} on ${on} UTC`];
  });

/** Zones differ by a quarter of an hour at least. */
const leastZoneMs = 14 * 60_000;

function lateWords(table: string, server: string, byMs: number): string {
  const behind = duration(byMs);
  const again = 'that much more is read again';
  if (byMs < leastZoneMs)
    return `a user's clock was up to ${behind} behind in ${table} on ${server}: ${again}`;
  return (
    `changes of ${table} on ${server} were stamped up to ${behind} behind: ${again}. ` +
    `Is timeZone of servers.${server} right? If it is, a user's clock is wrong`
  );
}

function noticeLines({ tally, overview }: RunResult, hints: boolean): readonly string[] {
  const steps = tally.steps.map(({ server, byMs }) => {
    const way = byMs < 0 ? 'back' : 'forward';
    return `the clock of ${server} was set ${way} by ${duration(byMs)}: the time around it is read again`;
  });
  const rewritten = tally.links
    .filter((link) => link.rewritten > 0)
    .map(
      ({ table, server, rewritten: n }) =>
        `${server} changed ${count(n, 'value')} of ${table} by itself after we wrote them (auto-enter): ` +
        'left so there, and carried to the others only where the field says rewrites: accept',
    );
  return [
    ...steps,
    ...rewritten,
    ...tally.endless.flatMap((one) => [
      endlessLine(one),
      '    take one of the two rules away (auto-enter, a script), or leave rewrites: accept out; then choose:',
    ]),
    ...[...tally.unfit.values()].map(unfitLine),
    ...[...tally.ways.values()].flatMap((one) => wrapped(wayLine(one), '')),
    ...tally.renamed.flatMap(renamedLines).flatMap((line) => wrapped(line, '')),
    ...tally.moved.filter(isTold).flatMap((one) => wrapped(movedLine(one), '')),
    ...tally.remapped.flatMap((one) => wrapped(remappedLine(one), '')),
    ...sweptLines(tally.links),
    ...decidedLines(tally, hints),
    ...heldLines(overview),
    ...haltLines(overview),
    ...doubledNotices(overview),
    ...pausedLines(overview),
  ];
}

/** That it was looked at is told by what was found: the file that is known, or a halt. */
const isTold = ({ kind }: MovedEvent): boolean => kind === 'proven';

/** What people deleted, and what only a comparison of everything could find. */
const sweptLines = (links: readonly LinkTally[]): readonly string[] =>
  links.flatMap(({ table, server, deleted, unstamped }) => [
    ...(deleted > 0
      ? [
          `${count(deleted, 'record')} of ${table} deleted on ${server}: deleted on the others, and kept in the state`,
        ]
      : []),
    ...(unstamped > 0
      ? [
          `${count(unstamped, 'record')} of ${table} on ${server} changed without a stamp (an import without auto-enter, a late`,
          '    commit): found by comparing all',
        ]
      : []),
  ]);

/** What waits for a choice, with the command that shows it. */
export const heldLines = ({ held }: Overview, stack?: string): readonly string[] =>
  held === 0
    ? []
    : [
        `held: ${count(held, 'conflict waits', 'conflicts wait')} until you choose; each server keeps its own value`,
        `    serversync conflicts list --held${stack === undefined ? '' : ` --stack ${stack}`}`,
      ];

function decidedLines(tally: RunResult['tally'], hints: boolean): readonly string[] {
  const decided = tally.sum('conflicts') + tally.sum('paired') - tally.sum('held');
  if (decided === 0) return [];
  return [
    `${count(decided, 'conflict')} decided: the later edit won, or the server named first`,
    '    where the order cannot be known;',
    `    the values that lost are kept${hints ? ' (serversync conflicts list)' : ''}`,
  ];
}

/** Lag and clocks beyond what the configuration allows. */
export function alarmLines(overview: Overview, { alarms }: Pick<Configuration, 'alarms'>): readonly string[] {
  const { servers, skewMs } = overview;
  const lags = servers
    .filter(({ lagMs }) => lagMs > alarms.lagMs)
    .map(
      ({ server, lagMs }) =>
        `ALARM: ${server} lags by ${duration(lagMs)} (allowed: ${duration(alarms.lagMs)})`,
    );
  const skews = skewMs
    .filter(({ ms }) => Math.abs(ms) > alarms.skewMs)
    .map(
      ({ of, against, ms }) =>
        `ALARM: the clocks of ${of} and ${against} differ by ${duration(ms)} (allowed: ${duration(alarms.skewMs)})`,
    );
  const remedy = '    sync reckons with it; still, set them right: people see these times';
  return [
    ...lags,
    ...skews,
    ...(skews.length > 0 ? [remedy] : []),
    ...dataAlarmLines(overview),
    ...stoppedLines(stoppedOf(servers)),
    ...unseenLines(overview),
  ];
}

/** The command that shows more, of the same state. */
export const statusWords = (stack: string | undefined): string =>
  stack === undefined ? 'serversync status' : `serversync status --stack ${stack}`;

/** What becomes of what was approved, and when: nobody starts a run on a stack. `leaving`: records to be removed there. */
export function approvedWords(
  {
    table,
    server,
    leaving = 0,
  }: { readonly table: string; readonly server: string; readonly leaving?: number },
  stack: string | undefined,
): string {
  const when = stack === undefined ? 'with the next run' : 'when it is read next';
  if (leaving === 0) return `approved: ${table} on ${server} is merged ${when}`;
  const removed = leaving === 1 ? 'record is' : 'records are';
  return `approved: ${table} on ${server}: ${count(leaving, removed, removed)} removed there ${when}`;
}

/** `stack`: the name of the deployed one whose state it is. */
export function haltLines({ halted, tables }: Overview, stack?: string): readonly string[] {
  const approved = tables.flatMap(({ table, servers }) =>
    servers
      .filter(
        ({ meeting, readUpTo, role }) =>
          meeting === 'approved' && readUpTo === undefined && role !== 'receive',
      )
      .map((one) => approvedWords({ table, ...one }, stack)),
  );
  return [...approved, ...halted.flatMap((one) => haltedLines(one, stack))];
}

const failureLines = ({ outcome }: RunResult): readonly string[] =>
  [...outcome.failures.values()].map((error) => `failed: ${coded(error)}`);

function verdict({ exitCode, outcome, overview, tookMs }: RunResult): string {
  const records = overview.tables.reduce((sum, table) => sum + table.records, 0);
  const held = `${count(records, 'record')} on ${count(overview.servers.length, 'server')}`;
  const but = overview.paused.length > 0 ? ', but for what is paused' : '';
  if (exitCode === exitCodes.inStep) return `In step${but}: ${held}, in ${duration(tookMs)}.`;
  const pending = duePending(overview);
  const waits = [
    overview.parked > 0 ? `${count(overview.parked, 'record')} parked (serversync status says why)` : '',
    pending > 0 ? `${count(pending, 'record')} not delivered yet` : '',
    overview.halted.length > 0 ? `${count(overview.halted.length, 'table')} halted` : '',
    overview.held > 0 ? `${count(overview.held, 'conflict')} held` : '',
  ].filter((text) => text !== '');
  const rest = waits.length > 0 ? `: ${waits.join(', ')}` : '';
  return `Not in step${rest}. ${held}, in ${duration(tookMs)}.${nextStep(overview, outcome)}`;
}

function nextStep(overview: Overview, { failures }: RunOutcome): string {
  if (overview.halted.length > 0) return ' What waits is kept; run it again when nothing is halted.';
  if (failures.size > 0) return ' What waits is kept; run it again when what failed is mended.';
  return duePending(overview) > 0 ? ' What waits is kept; run it again.' : '';
}
