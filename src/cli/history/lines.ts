/** The history of a record in words, for a terminal of 80 columns. Values are shown: whoever asks for it asks for them. */
import type { Conflict, ConflictRule } from '../../core/conflict.ts';
import type { Head, HeadField } from '../../core/head.ts';
import type { Content, Decided } from '../../core/history.ts';
import { versionWords } from '../../core/version-words.ts';
import type { Past } from '../../engine/past.ts';
import { minute, quoted, ruleWords, shownValue, stampWords } from '../conflicts/lines.ts';
import { shortCode } from '../conflicts/found.ts';
import { localTime } from '../words.ts';
import { wrapped } from '../wrapped.ts';
import type { ToldField, ToldServer, ToldValue, ToldVersion } from './told.ts';

const width = 80;

export function headingOf({ table, key, version, deleted }: Head): readonly string[] {
  const record = `${table}, record ${key}: version ${version}`;
  if (deleted === undefined) return [record];
  const gone = deleted.bare ? ['what it held is not kept any more, and cannot be put back'] : [];
  return [record, `deleted on ${deleted.origin}, ${stampWords(deleted.stamp)}`, ...gone];
}

export function versionLines(told: ToldVersion): readonly string[] {
  return [
    '',
    ...wrapped(`${told.version}  ${whenWords(told)}, ${versionWords(told)}`, ''),
    ...told.fields.flatMap(fieldLines),
    ...told.decided.flatMap((one) => ruleLines(one, `${one.field}: `)),
    ...told.servers.map((one) => `    ${serverWords(one)}`),
  ];
}

const whenWords = ({ what, server, changed, storedAt }: ToldVersion): string =>
  server === undefined || what === 'restored' ? localTime(storedAt) : stampWords(changed);

function fieldLines({ field, formerly, from, to, added, decided }: ToldField): readonly string[] {
  return [
    ...changeLines(formerly === undefined ? field : `${field} (then ${formerly})`, from, to),
    ...(added
      ? wrapped(`${signed(added.by)} on ${added.on}, added to what the others made of it`, '        ')
      : []),
    ...decided.flatMap((one) => ruleLines(one)),
  ];
}

const signed = (change: string): string => (change.startsWith('-') ? change : `+${change}`);

function changeLines(
  field: string,
  from: ToldValue | undefined,
  to: ToldValue | undefined,
): readonly string[] {
  if (to?.held) return [`    ${field}: held, each server keeps its own value`, ...waitingLines(to.held)];
  const now = to && quoted(to.value, mostShown);
  if (from?.held)
    return [`    ${field}: ${now ?? notKept}, no longer held; what waited:`, ...waitingLines(from.held)];
  return fromTo(field, from && quoted(from.value, mostShown), now);
}

const notKept = '(not kept the same)';

/** On one line where that fits. */
export function fromTo(field: string, from: string = notKept, to: string = notKept): readonly string[] {
  const line = `    ${field}: ${from} -> ${to}`;
  return line.length <= width ? [line] : [`    ${field}: ${from}`, `        -> ${to}`];
}

/** Letters of a value: what says that it is cut has room beside them. */
export const mostShown = 40;

const waitingLines = (held: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(held).map(([server, value]) => `        ${server}: ${quoted(value, mostShown)}`);

function ruleLines({ rule, conflict }: Omit<Decided, 'field'>, about = ''): readonly string[] {
  return wrapped(`${about}${wordsOf(rule)} (conflict ${conflict.slice(0, 8)})`, '        ');
}

const wordsOf = (rule: ConflictRule | undefined): string =>
  rule === undefined ? 'a conflict was decided' : ruleWords[rule];

function serverWords({ server, state, since, latest, code }: ToldServer): string {
  if (state === 'waits') return `${server} waits for it`;
  if (state === 'parked') return `${server} waits for it: parked (${code}), see serversync parked list`;
  if (state === 'not-its') return `not in the share of ${server}`;
  if (since === undefined) return `on ${server}`;
  return `on ${server} since ${localTime(since)}${latest ? ' at the latest' : ''}`;
}

/** How far back it goes, what the record held then, and who has that. */
export function endLines(
  { end, knownFrom, oldest, steps }: Past,
  servers: readonly ToldServer[],
): readonly string[] {
  if (end === 'more') return ['', 'Earlier versions are kept too: --limit shows more'];
  const isFirst = end === 'beginning';
  const heading = steps.length === 0 ? 'what it holds' : 'what it held before';
  const lines = [
    '',
    `${knownFrom}  ${isFirst ? 'the first version' : heading}`,
    ...contentLines(oldest),
    ...servers.map((one) => `    ${serverWords(one)}`),
  ];
  if (isFirst) return lines;
  return [...lines, '', `What it held before version ${knownFrom} is not kept, or not any more`];
}

/** Why numbers are left out between those that are listed. */
export function betweenLines(
  { version }: Pick<Head, 'version'>,
  { steps, knownFrom }: Pick<Past, 'knownFrom'> & { readonly steps: readonly unknown[] },
): readonly string[] {
  const between = version - knownFrom - steps.length;
  if (between <= 0) return [];
  const what = between === 1 ? '1 version between them' : `${between} versions between them`;
  return ['', ...wrapped(`${what} changed no value: a value lost, or what a server shows was noted`, '')];
}

/** What it holds, by when and where that was set; empty fields are left out. */
function contentLines({ fields, createOnly, deleted }: Content): readonly string[] {
  const filled = Object.entries(fields).filter(([, { value, held }]) => value !== '' || held);
  const groups = Map.groupBy(filled, ([, { stamp, origin }]) => `${stampWords(stamp)}, on ${origin}`);
  const once = Object.entries(createOnly).filter(([, value]) => value !== '');
  return [
    ...(deleted ? [`    deleted on ${deleted.origin}, ${stampWords(deleted.stamp)}`] : []),
    ...[...groups].flatMap(([set, of]) => [
      `    ${set}:`,
      ...of.map(([name, field]) => `        ${name}: ${heldOrValue(field)}`),
    ]),
    ...(once.length > 0 ? ['    with its creation:'] : []),
    ...once.map(([name, value]) => `        ${name}: ${quoted(value, mostShown)}`),
  ];
}

const heldOrValue = ({ value, held }: HeadField): string =>
  held === undefined
    ? quoted(value, mostShown)
    : `held: ${Object.entries(held.candidates)
        .map(([server, one]) => `${server} ${quoted(one.value, mostShown)}`)
        .join(', ')}`;

export function lostLines(
  conflicts: readonly Conflict[],
  commands: (words: string) => string,
): readonly string[] {
  const [first] = conflicts;
  if (first === undefined) return [];
  return [
    '',
    'Lost a conflict, changed nothing, and is kept:',
    ...conflicts.flatMap((one) => [
      `    ${shortCode(one)}  ${minute(one.at)}  ${one.field}`,
      `        ${one.loser.server}: ${shownValue(one.loser, mostShown)}`,
    ]),
    `    ${commands(`conflicts show ${shortCode(first)}`)} tells more`,
  ];
}
