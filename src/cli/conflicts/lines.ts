/** Conflicts in words, for a terminal of 80 columns. Values are shown: whoever asks for conflicts asks for them. */
import { fileWords } from '../../core/file-words.ts';
import {
  choiceIn,
  type Choice,
  type Conflict,
  type ConflictRule,
  type ConflictSide,
} from '../../core/conflict.ts';
import { type Interval, middle, uncertainty } from '../../core/interval.ts';
import { count, duration } from '../../composition/words.ts';
import { localTime } from '../words.ts';
import { type Found, shortCode } from './found.ts';

export const ruleWords: Readonly<Record<ConflictRule, string>> = {
  newest: 'the later change won',
  'unknowable-order': 'which was later cannot be known: the server named first won',
  'sent-before': 'which was later cannot be known: who may have seen the other won',
  prefer: 'the server that the table prefers won',
  hold: 'nobody won, it was held',
  rewritten: 'both servers set it again after each of our writes, each in its own way (auto-enter, a script)',
  role: 'what is changed on a server that only receives never wins',
  share: "it was changed in a record that had left the server's share: that never wins",
  'edit-wins': 'it was edited by somebody who had not seen the delete: the record came back',
  refilled: 'the file of its server had been put back to an earlier state, and was filled anew',
  restored: 'a file that had been put back to an earlier state was taken as right for all',
  'delete-wins': 'it was deleted, and a delete wins over edits that had not seen it',
};

/** The same, to stand behind the names of the servers. */
export const shortRule: Readonly<Record<ConflictRule, string>> = {
  newest: 'the later won',
  'unknowable-order': 'which was first cannot be known, the first server named won',
  'sent-before': 'which was first cannot be known, who may have seen the other won',
  prefer: 'the preferred server won',
  hold: 'held',
  rewritten: 'held, two servers set it again each time',
  role: 'that server only receives',
  share: "the record had left that server's share",
  'edit-wins': 'edited by somebody who had not seen the delete',
  refilled: 'that server was filled anew',
  restored: 'a file that was put back counts for all',
  'delete-wins': 'deleted, and a delete wins',
};

/** Conflicts of earlier releases do not say it. */
export function ruleOf({ rule, kind, order }: Pick<Conflict, 'rule' | 'kind' | 'order'>): ConflictRule {
  if (rule !== undefined) return rule;
  if (kind === 'overwritten') return 'role';
  return order === 'unknowable' ? 'unknowable-order' : 'newest';
}

/** Nobody won and nobody lost. */
const isUndecided = (conflict: Conflict): boolean => ['hold', 'rewritten'].includes(ruleOf(conflict));

const mostInLine = 60;
const mostInFull = 2_000;

/** In quotes, line ends as signs, cut to fit a line. */
export const quoted = (value: string, most = mostInLine): string =>
  fileWords(value) ?? quotedText(value, most);

const quotedText = (value: string, most: number): string =>
  value.length <= most
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, most))}… (${count(value.length, 'letter')} in all)`;

export const minute = (at: number): string => localTime(at).slice(0, 16);

export function listLines(found: readonly Found[]): readonly string[] {
  return found.flatMap((one) => {
    const { conflict } = one;
    const { table, key, field, at } = conflict;
    return [
      `${shortCode(conflict)}  ${minute(at)}  ${table}, ${field}${one.waits ? '  HELD' : ''}`,
      `    record ${key}`,
      ...sidesOf(one).map((side, place) => `    ${roleOf(one, place)}${side.server}: ${shownValue(side)}`),
      ...stateLines(one),
    ];
  });
}

type Shown = Pick<ConflictSide, 'server' | 'value' | 'deleted'>;

export const shownValue = ({ value, deleted }: Shown, most = mostInLine): string =>
  deleted ? '(record deleted)' : quoted(value, most);

/** What waits, of all servers; else who won, then who lost. */
function sidesOf({ conflict, now, waits }: Found): readonly Shown[] {
  const candidates = waits ? Object.entries(now?.held?.candidates ?? {}) : [];
  if (candidates.length > 0) return candidates.map(([server, { value }]) => ({ server, value }));
  return [conflict.winner, conflict.loser];
}

function roleOf({ conflict, waits }: Found, place: number): string {
  if (waits || isUndecided(conflict)) return '';
  return place === 0 ? 'won  ' : 'lost ';
}

function stateLines({ conflict, waits, isDeleted }: Found): readonly string[] {
  if (waits) return [];
  const choice = choiceIn(conflict);
  if (choice !== undefined) return [`    since ${minute(choice.at)} chosen: ${choiceWords(choice)}`];
  if (conflict.agreedAt === undefined) return [];
  const why = isDeleted ? 'the record is deleted' : 'the servers hold the same';
  return [`    over since ${minute(conflict.agreedAt)}: ${why}`];
}

const choiceWords = ({ server, value }: Choice, most = mostInLine): string =>
  server === undefined ? quoted(value, most) : `${quoted(value, most)}, of ${server}`;

export function showLines(found: readonly Found[], commands: (words: string) => string): readonly string[] {
  const [first] = found;
  if (first === undefined) return [];
  const { table, key, at } = first.conflict;
  const code = shortCode(first.conflict);
  const waits = found.some((one) => one.waits);
  const isChosen = found.some(({ conflict }) => choiceIn(conflict) !== undefined);
  return [
    `conflict ${code} of ${localTime(at)}`,
    `table ${table}, record ${key}`,
    ...found.flatMap(fieldLines),
    '',
    `${waits ? 'To choose' : 'To have it otherwise'}: ${commands(`conflicts resolve ${code} --keep SERVER`)}`,
    '    or with --value TEXT instead of --keep SERVER',
    ...(isChosen ? [`To take the choice back: ${commands(`conflicts undo ${code}`)}`] : []),
  ];
}

function fieldLines(one: Found): readonly string[] {
  const { conflict, now, waits } = one;
  const rule = ruleOf(conflict);
  const sides = [conflict.winner, conflict.loser];
  return [
    '',
    `${conflict.field}: ${waits ? 'HELD, each server keeps its own value until you choose' : ruleWords[rule]}`,
    ...(waits && rule === 'rewritten' ? [`    ${ruleWords.rewritten}`] : []),
    ...sides.flatMap((side, place) => [
      `    ${isUndecided(conflict) ? '' : place === 0 ? 'won  ' : 'lost '}${side.server}: ${shownValue(side, mostInFull)}`,
      `        changed ${stampWords(side.stamp)}`,
    ]),
    ...(conflict.inexact
      ? ['    a record was changed more than once: its time may be that of another field']
      : []),
    ...waitingLines(one),
    ...(conflict.choices ?? []).flatMap(choiceLines),
    ...(waits
      ? []
      : [`    now: ${now === undefined ? 'not known any more' : quoted(now.value, mostInFull)}`]),
  ];
}

function waitingLines({ now, waits }: Found): readonly string[] {
  if (!waits) return [];
  const candidates = Object.entries(now?.held?.candidates ?? {});
  return [
    '    waiting now:',
    ...candidates.map(([server, { value }]) => `        ${server}: ${quoted(value, mostInFull)}`),
  ];
}

function choiceLines(choice: Choice): readonly string[] {
  const taken = choice.undone === undefined ? [] : [`        taken back ${minute(choice.undone.at)}`];
  return [`    chosen ${minute(choice.at)}: ${choiceWords(choice, mostInFull)}`, ...taken];
}

/** By this machine's zone. A stamp that is not known at all begins in 1970. */
export function stampWords(stamp: Interval): string {
  if (stamp.lo <= 0) return `before ${localTime(stamp.hi)}`;
  return `${localTime(middle(stamp))} (± ${duration(uncertainty(stamp))})`;
}

/** For the JSON: all that is kept, with the values. */
export const jsonOf = ({ conflict, now, waits }: Found): unknown => {
  const { open: _open, code: _code, id: _id, ...rest } = conflict;
  return {
    ...rest,
    id: shortCode(conflict),
    rule: ruleOf(conflict),
    held: waits,
    ...(waits && { candidates: now?.held?.candidates }),
    ...(now !== undefined && { now: { server: now.origin, value: now.value, stamp: now.stamp } }),
  };
};
