/** What `forget` did or would do, in words, for a terminal of 80 columns. No value is shown. */
import type { Hindrance } from '../../core/forgetting.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import { isOfFile } from '../../engine/park.ts';
import type { ForgetOutcome, PastForgotten, Removed } from '../../engine/forget-record.ts';
import { type LargeRemoved, noLarge, type Removal } from '../../ports/forgetting.ts';
import { commandsFor } from '../conflicts/looking.ts';
import { shellWord } from '../../composition/shell-word.ts';
import { shownKey } from '../shown-key.ts';
import { count } from '../../composition/words.ts';
import { localTime } from '../words.ts';
import { wrapped } from '../wrapped.ts';
import type { ForgetRecordOptions } from './record.ts';

type Options = Pick<ForgetRecordOptions, 'table' | 'key' | 'stack' | 'yes' | 'past'>;

const indent = '    ';

/** Point-in-time recovery of DynamoDB. */
const recoverableMs = 35 * 86_400_000;

const nameOf = ({ table, key }: Options): string => `${table}, record ${shownKey(key)}`;

export function outcomeLines(
  options: Options,
  outcome: Extract<ForgetOutcome, { kind: 'bare' | 'forgotten' }>,
): readonly string[] {
  const removed = [
    ...wrapped(removedWords(outcome.removed), indent),
    ...largeLines(outcome.large),
    ...fileLines(outcome.large?.files, options),
  ];
  if (outcome.kind === 'forgotten')
    return [
      `${options.yes ? 'forgotten' : 'would be forgotten'}: ${nameOf(options)}`,
      ...removed,
      ...ending(options),
    ];
  const heading = options.yes ? 'its values are forgotten' : 'its values would be forgotten';
  return [
    `${nameOf(options)}: ${heading}, its key stays for now`,
    ...removed,
    ...distinctLines(outcome.hindrances, options),
    ...ending(options),
    ...(options.yes ? wrapped(`when that is over: ${again(options)}`, '') : []),
  ];
}

export function pastLines(options: Options, { removed, waiting, large }: PastForgotten): readonly string[] {
  const verb = options.yes ? 'forgotten' : 'would be forgotten';
  return [
    `${verb}: what ${nameOf(options)} held before`,
    ...wrapped(removedWords(removed), indent),
    ...largeLines(large),
    ...fileLines(large?.files, options),
    ...(waiting === 0
      ? []
      : wrapped(
          `${count(waiting, 'conflict')} stay${waiting === 1 ? 's' : ''}, waiting for a person`,
          indent,
        )),
    ...ending(options),
  ];
}

const again = ({ table, key, stack, past }: Options): string =>
  commandsFor(stack)(`forget ${shellWord(table)} ${shellWord(key)}${past ? ' --past' : ''} --yes`);

function ending(options: Options): readonly string[] {
  if (options.yes) return keptElsewhere(options, Date.now()).flatMap((line) => wrapped(line, indent));
  return ['nothing was removed. To do it:', `${indent}${again(options)}`];
}

/** What this command cannot reach, and until when it is there. */
export function keptElsewhere({ stack }: Pick<Options, 'stack'>, now: EpochMs): readonly string[] {
  if (stack === undefined)
    return [
      'the state file was written anew; copies and backups that you made of it, or of the files, still hold all of it',
    ];
  return [
    `point-in-time recovery of the tables still holds it until ${day(now + recoverableMs)} (35 days); backups and exports that you made, as long as you keep them`,
    'values above 32 KB that it held before its history begins go from the bucket by themselves, six weeks after nothing held them any more',
  ];
}

const largeWords = (number: number): string => count(number, 'value above 32 KB', 'values above 32 KB');

/** Of the bucket of a stack. */
function largeLines({ removed, held, later }: LargeRemoved = noLarge): readonly string[] {
  const lines = [
    removed > 0 ? `${largeWords(removed)}: removed from the bucket, with all versions` : '',
    held > 0 ? `${largeWords(held)}: left in the bucket, since something else holds the same` : '',
    later > 0
      ? `${largeWords(later)}: stored within the last 30 minutes, and noted; the stack removes what nothing holds in an hour or two`
      : '',
  ];
  return lines.filter((line) => line !== '').flatMap((line) => wrapped(line, indent));
}

const fileWords = (number: number): string => count(number, 'file of a container', 'files of containers');

function fileLines(
  { removed, held, later }: Removal = noLarge,
  { stack }: Pick<Options, 'stack'>,
): readonly string[] {
  const lines = [
    removed > 0
      ? `${fileWords(removed)}, which nothing else names: removed${stack === undefined ? '' : ' from the bucket, with all versions'}`
      : '',
    held > 0 ? `${fileWords(held)}: left, since something else names the same` : '',
    later > 0
      ? `${fileWords(later)}: stored within the last half day, and noted; the stack removes what nothing names when that is over`
      : '',
  ];
  return lines.filter((line) => line !== '').flatMap((line) => wrapped(line, indent));
}

const day = (at: EpochMs): string => localTime(at).slice(0, 10);

function removedWords({ values, history, conflicts, examples, replicas }: Removed): string {
  const parts = [
    values > 0 ? count(values, 'value') : '',
    history > 0 ? count(history, 'earlier version') : '',
    conflicts > 0 ? `${count(conflicts, 'conflict')} with both values` : '',
    examples > 0
      ? count(examples, 'place where it was shown as an example', 'places where it was shown as an example')
      : '',
    replicas > 0 ? `its key, and what was known of it on ${count(replicas, 'server')}` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'nothing is left of its values' : parts.join(', ');
}

/** To a record that lives: what to do first. */
export function aliveWords(options: Options, servers: readonly ServerName[], isConfigured: boolean): string {
  const where = servers.length === 0 ? 'it is to be made again' : `it is on ${servers.join(', ')}`;
  if (!isConfigured)
    return (
      `${nameOf(options)} was not deleted when the table was taken out of the configuration, and nobody looks for that any more. ` +
      `${commandsFor(options.stack)(`forget --table ${shellWord(options.table)}`)} ends all that is held of the table; ` +
      `or put it back into the configuration, delete the record in FileMaker, and forget it then`
    );
  return (
    `${nameOf(options)} lives: ${where}. Delete it in FileMaker on one of them, let the sync carry that, and forget it then. ` +
    `To forget only what it held before: ${commandsFor(options.stack)(`forget ${shellWord(options.table)} ${shellWord(options.key)} --past`)}`
  );
}

/** Each reason once, whatever stands behind it. */
const distinctLines = (hindrances: readonly Hindrance[], options: Options): readonly string[] =>
  [
    ...new Set(
      hindrances
        .filter((one) => one.why !== 'there' || !staysForFile(one.server, hindrances))
        .map((one) => `${one.server}: ${reasonWords(one, options)}`),
    ),
  ].flatMap((text) => wrapped(text, indent));

/** Nothing is removed on a server while a file of it cannot be read there: it could be kept nowhere. */
const staysForFile = (server: ServerName, hindrances: readonly Hindrance[]): boolean =>
  hindrances.some((one) => one.why === 'parked' && one.server === server && isOfFile(one));

function reasonWords(hindrance: Hindrance, { stack, table }: Options): string {
  const commands = commandsFor(stack);
  switch (hindrance.why) {
    case 'there':
      return 'the record is, or may be, still there. It goes with the next delivery; where the server only sends, delete it there yourself';
    case 'closed':
      return `the record is, or may be, still there, and the configuration does not name the table there any more: nobody looks. Delete it there yourself; ${commands(`forget --table ${shellWord(table)} --server ${shellWord(hindrance.server)}`)} then ends what is known of that server`;
    case 'paused':
      return `paused ${hindrance.until === undefined ? 'until somebody resumes it' : `until ${localTime(hindrance.until)}`}: nothing is carried there before`;
    case 'kept':
      return 'the record had left the share of that server, which may have its copy still. The sync writes nothing there: delete it there yourself if it is to go, and the next sweep sees that';
    case 'under-way':
      return 'a delivery to it names the record, and waits or is under way';
    case 'parked':
      if (isOfFile(hindrance))
        return `the record is parked there for a file that cannot be read (${hindrance.code}), and stays for it: once the file can be read it comes back with it. So delete it there yourself if it is to go; ${commands('parked list')} tells of the file`;
      return `the record is parked there (${hindrance.code}): ${commands('parked list')} tells what to do`;
    case 'suspected':
      return 'the record seems to be gone there; it is looked for once more';
    case 'halted':
      return `the table is halted there: ${commands(`halts ${hindrance.id}`)} tells the ways out`;
    case 'too-new':
      return `it was found gone there a moment ago, and what was read before may still show it until ${localTime(hindrance.until)}`;
  }
}
