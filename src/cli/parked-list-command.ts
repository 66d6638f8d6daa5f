/** `serversync parked list`: what is parked, by cause, with what to look at. It asks no server. */
import { loadConfiguration } from '../config/load.ts';
import { identityOf } from '../config/identity.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Parked } from '../core/conflict.ts';
import type { EpochMs } from '../core/names.ts';
import { hasWords, refusalOf } from '../core/refusals.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { openToRead, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { type ParkedSelection, placeWords, selectedParked } from './parked-selection.ts';
import { shownKey } from './shown-key.ts';
import { count, duration } from '../composition/words.ts';
import { localTime } from './words.ts';
import { wrapped } from './wrapped.ts';

export type ParkedListOptions = StatePlace &
  ParkedSelection & {
    readonly output: Output;
    /** Keys shown at most of one table on one server, for one cause. */
    readonly limit: number;
  };

/** Throws Refused, ConfigurationError, StateFileError or AwsStateError. */
export async function parkedListCommand(options: ParkedListOptions): Promise<ExitCode> {
  const { output, stack, limit } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const parked = await selectedParked(state.control, configuration, options);
    const causes = causesOf(parked);
    const now = systemClock.now();
    const exitCode = parked.length > 0 ? exitCodes.incomplete : exitCodes.inStep;
    for (const line of listLines(causes, parked.length, { options, now, isAtWork: state.isAtWork(), stack }))
      output.line(line);
    output.json(() => ({
      exitCode,
      parked: parked.length,
      causes: causes.map((cause) => shownCause(cause, limit)),
    }));
    return exitCode;
  } finally {
    state.close();
  }
}

/** What one cause keeps aside of a table on a server. */
type PlaceOfParked = {
  readonly table: string;
  readonly server: string;
  readonly since: EpochMs;
  readonly nextTryAt?: EpochMs;
  readonly parked: readonly Parked[];
};

export type Cause = {
  readonly code: string;
  readonly cause: string;
  readonly advice?: string;
  readonly passes: boolean;
  readonly records: number;
  readonly places: readonly PlaceOfParked[];
};

/** Those of most records first. */
export function causesOf(parked: readonly Parked[]): readonly Cause[] {
  const kinds = Map.groupBy(parked, (one) => JSON.stringify([one.code, ownWords(one)]));
  return [...kinds.values()]
    .map((of): Cause => ({ ...wordsFor(of), records: of.length, places: placesIn(of) }))
    .toSorted((a, b) => b.records - a.records || (a.code < b.code ? -1 : 1));
}

/** The stored words, where they say more than the code, or the code has none. */
const ownWords = ({ code, reason }: Parked): string | undefined =>
  hasWords(code) && code !== 'value-missing' && code !== 'file-unwritable' ? undefined : reason;

function wordsFor(of: readonly Parked[]): Pick<Cause, 'code' | 'cause' | 'advice' | 'passes'> {
  const [first] = of;
  if (first === undefined) throw new Error('a cause without a record');
  const { cause, advice, passes } = refusalOf(first.code);
  const own = ownWords(first);
  return own === undefined
    ? { code: first.code, cause, advice, passes }
    : { code: first.code, cause: own, passes };
}

const placesIn = (parked: readonly Parked[]): readonly PlaceOfParked[] =>
  [...Map.groupBy(parked, ({ table, server }) => JSON.stringify([table, server])).values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const tries = of.flatMap(({ retryAt }) => retryAt ?? []);
    return {
      table: first.table,
      server: first.server,
      since: of.reduce((since, { at }) => Math.min(since, at), first.at),
      ...(tries.length > 0 && { nextTryAt: tries.reduce((next, at) => Math.min(next, at)) }),
      parked: of,
    };
  });

type Telling = {
  readonly options: ParkedListOptions;
  readonly now: EpochMs;
  readonly isAtWork: boolean;
  readonly stack: string | undefined;
};

function listLines(causes: readonly Cause[], all: number, telling: Telling): readonly string[] {
  const { options } = telling;
  if (all === 0) return [`nothing${placeWords(options)} is parked`];
  return [
    `${count(all, 'record')}${placeWords(options)} parked`,
    ...causes.flatMap((cause) => causeLines(cause, telling)),
    '',
    ...closingLines(telling).flatMap((line) => wrapped(line, '')),
  ];
}

function causeLines({ code, cause, advice, places }: Cause, telling: Telling): readonly string[] {
  return [
    '',
    ...wrapped(`${code}: ${cause}`, ''),
    ...(advice === undefined ? [] : wrapped(advice, '    ')),
    ...places.flatMap((place) => placeLines(place, telling)),
  ];
}

function placeLines(place: PlaceOfParked, telling: Telling): readonly string[] {
  const { table, server, since, parked } = place;
  const { limit } = telling.options;
  const next = nextTryWords(place, telling);
  const left = parked.length - limit;
  return [
    ...wrapped(
      `${table} on ${server}: ${count(parked.length, 'record')}, since ${localTime(since).slice(0, 16)}${next}`,
      '    ',
    ),
    ...parked.slice(0, limit).map(keyLine),
    ...(left > 0 ? [`        and ${left.toLocaleString('en-US')} more (--limit shows more of them)`] : []),
  ];
}

/** Whole minutes: what is due is looked for once a minute. */
const minuteMs = 60_000;

/** Of this machine's state nothing is tried by itself while nobody works with it. */
function nextTryWords({ nextTryAt }: PlaceOfParked, { now, isAtWork, stack }: Telling): string {
  if (nextTryAt === undefined || (stack === undefined && !isAtWork)) return '';
  return `, next try ${nextTryAt > now ? `in ${duration(Math.ceil((nextTryAt - now) / minuteMs) * minuteMs)}` : 'is due'}`;
}

function keyLine({ key, attempts = 1, fields = [] }: Parked): string {
  const tried = attempts > 1 ? [`tried ${attempts} times`] : [];
  const about = fields.length > 0 ? [`${fields.length === 1 ? 'field' : 'one of'} ${fields.join(', ')}`] : [];
  const notes = [...about, ...tried];
  return `        ${shownKey(key)}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`;
}

function closingLines({ isAtWork, stack }: Telling): readonly string[] {
  const onChange = 'Each is tried again when it changes on any server';
  if (stack !== undefined)
    return [`${onChange}, and once a day. All of them now: serversync parked retry --stack ${stack}`];
  if (isAtWork) return [`${onChange}. All of them: stop the run that is at work, and start it again.`];
  return [`${onChange}, and with each run.`];
}

/** `limit`: keys of one table on one server. */
export const shownCause = ({ places, ...cause }: Cause, limit: number) => ({
  ...cause,
  places: places.map(({ parked, ...place }) => ({
    ...place,
    records: parked.length,
    keys: parked
      .slice(0, limit)
      .map(({ table: _table, server: _server, code: _code, at, ...rest }) => ({ ...rest, since: at })),
  })),
});
