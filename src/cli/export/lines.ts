/** What is held about a record, in words, for a terminal of 80 columns. Values are shown: whoever asks for it asks for them. */
import { type Conflict, codeOfConflict } from '../../core/conflict.ts';
import type { Head, Replica } from '../../core/head.ts';
import type { Key, TableName } from '../../core/names.ts';
import type { Exported } from '../../engine/export-record.ts';
import { quoted, shownValue, stampWords } from '../conflicts/lines.ts';
import { headingOf } from '../history/lines.ts';
import { shownKey } from '../shown-key.ts';
import { count } from '../../composition/words.ts';
import { localTime } from '../words.ts';
import { wrapped } from '../wrapped.ts';

const indent = '    ';

/** Letters of a value: what says that it is cut has room beside them. The JSON has all. */
const mostShown = 40;

export function exportLines(
  { table, key }: { readonly table: TableName; readonly key: Key },
  { head, replicas, history, conflicts, parked, suspects, batches, halts, examples, acts }: Exported,
): readonly string[] {
  return [
    ...(head ? headLines(head) : [`${table}, record ${shownKey(key)}: nothing is agreed of it`]),
    ...titled('What is known of each server:', replicas.flatMap(replicaLines)),
    ...titled(
      'Kept of what it held before (serversync history shows it):',
      countLines(history, 'entry', 'entries'),
    ),
    ...titled('Both values of conflicts:', conflicts.flatMap(conflictLines)),
    ...titled(
      'Parked:',
      parked.map(({ server, code }) => `on ${server}, since a server would not take it (${code})`),
    ),
    ...titled(
      'Seems to be gone:',
      suspects.map(({ server, at }) => `on ${server}, since ${localTime(at)}`),
    ),
    ...titled(
      'Waits to be delivered:',
      batches.map(({ server }) => `to ${server}`),
    ),
    ...titled('Shown as an example:', [
      ...halts.map(({ id, server }) => `in halt ${id} of ${server}, its key`),
      ...examples.map(({ server }) => `in the first meeting of ${server}, with values`),
    ]),
    ...titled('Decided about it (serversync audit shows it):', countLines(acts, 'act', 'acts')),
  ];
}

const titled = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.flatMap((line) => wrapped(line, indent))];

const countLines = (list: readonly unknown[], one: string, many: string): readonly string[] =>
  list.length === 0 ? [] : [count(list.length, one, many)];

function headLines(head: Head): readonly string[] {
  const fields = Object.entries(head.fields).flatMap(([name, { value, stamp, origin, held }]) => [
    `${indent}${name}: ${quoted(value, mostShown)}`,
    ...wrapped(`set ${stampWords(stamp)}, on ${origin}`, indent + indent),
    ...Object.entries(held?.candidates ?? {}).map(
      ([server, one]) => `${indent}${indent}held, of ${server}: ${quoted(one.value, mostShown)}`,
    ),
  ]);
  const once = Object.entries(head.createOnly).map(
    ([name, value]) => `${indent}${name}, from its creation: ${quoted(value, mostShown)}`,
  );
  const bare = head.deleted?.bare ? [`${indent}its values were forgotten`] : [];
  return [...headingOf(head), ...bare, ...fields, ...once];
}

const replicaLines = ({ server, recordId, modId, digests, gone, until }: Replica): readonly string[] => [
  gone
    ? `${server}: it is gone, as known on ${localTime(until)}; it was record ${recordId}`
    : `${server}: record ${recordId}, modification count ${modId}, ${count(Object.keys(digests).length, 'digest')}, as known on ${localTime(until)}`,
];

const conflictLines = (conflict: Conflict): readonly string[] => {
  const { field, winner, loser, at } = conflict;
  return [
    `${codeOfConflict(conflict).slice(0, 8)}, ${localTime(at)}, ${field}: ${winner.server} ${shownValue(winner, mostShown)}, ${loser.server} ${shownValue(loser, mostShown)}`,
  ];
};
