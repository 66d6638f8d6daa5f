/**
 * Whether the same records have the same keys on two servers, by the sample of each. Where they do not, a first run makes each
 * of them twice and nothing halts it.
 *
 *   R9  Of keys and values a look keeps digests alone: they are compared, and may be sent.
 */
import { count } from '../composition/words.ts';
import { digestOf } from '../core/digest.ts';
import type { ServerName } from '../core/names.ts';
import { type MarkedRecords, markedRecords, type Meeting, meetingOf } from '../core/same-records.ts';
import type { TableBinding } from '../ports/server.ts';
import { checks } from './catalogue.ts';
import { type Found, ok, unproven, warning } from './finding.ts';
import { type Sample, valueOf } from './sample-checks.ts';

/** Keys and marks are short digests; '' stays ''. */
export type DigestedSample = MarkedRecords & {
  /** Whether these are all records that the account sees. */
  readonly isWhole: boolean;
};

/** 66 bits: among a few hundred values none meet by chance. */
const short = (value: string): string => digestOf(value).slice(0, 11);

export function digestedSample({ rows, isWhole }: Sample, binding: TableBinding): DigestedSample {
  const names = Object.entries(binding.fieldNames);
  const records = rows.map((row) => ({
    key: valueOf(row, binding.keyField),
    values: Object.fromEntries(names.map(([name, there]) => [name, valueOf(row, there)])),
  }));
  const fields = names.flatMap(([name]) => {
    const type = binding.types[name];
    return type === undefined ? [] : [{ name, type }];
  });
  const { keys, marks } = markedRecords(records, fields);
  return {
    isWhole,
    keys: keys.map(short),
    marks: marks.map((mark) => ({ ...mark, of: mark.of.map(short) })),
  };
}

type Sampled = DigestedSample & { readonly server: ServerName };
type Pair = readonly [Sampled, Sampled];

/** One for each pair where something is wrong or cannot be told; one alone where all is well. */
export function sameKeysFindings(pairs: readonly Pair[]): readonly Found[] {
  const found = pairs.map(foundOf);
  const others = found.filter(({ status }) => status !== 'ok');
  if (others.length > 0 || found.length <= 1) return others.length > 0 ? others : found;
  const servers = new Set(pairs.flat().map(({ server }) => server));
  return [
    ok(
      'same-keys',
      `no two servers hold the same records under different keys, as far as records were looked at (${[...servers].join(', ')})`,
    ),
  ];
}

function foundOf([a, b]: Pair): Found {
  const [ofA, ofB] = [a.keys.length, b.keys.length];
  const empty = [a, b].filter(({ keys }) => keys.length === 0).map(({ server }) => server);
  if (empty.length > 0)
    return ok(
      'same-keys',
      `${empty.join(' and ')} ${empty.length === 1 ? 'shows' : 'show'} no record to compare`,
    );
  const meeting = meetingOf(a, b);
  const { sameKey, alike } = meeting;
  const figures = { looked: ofA, lookedThere: ofB, sameKey, alike: alike?.records ?? 0 };
  const isWhole = a.isWhole && b.isWhole;
  const looked = `of ${isWhole ? 'all ' : ''}${count(ofA, 'record')} ${isWhole ? 'of' : 'looked at on'} ${a.server} and ${ofB.toLocaleString('en-US')} ${isWhole ? 'of' : 'on'} ${b.server}`;
  const text = `${looked}, ${sameKey === 0 ? 'none has its key on both' : `${sameKey} have their key on both`}${alikeWords(meeting)}`;
  if (meeting.areKeysMadeApart)
    return warning(
      'same-keys',
      `${text}: it looks as if each file had made its keys by itself, and a first run would double each record`,
      checks['same-keys'].remedy,
      figures,
    );
  if (isWhole || (sameKey > 0 && sameKey >= figures.alike)) return ok('same-keys', text, figures);
  return unproven(
    'same-keys',
    `whether the same records have the same keys: ${text}; it is only a sample`,
    'Before the first run, serversync plan counts what it would create on each server: about as many on both as there are records means that the keys do not match',
  );
}

const alikeWords = ({ alike }: Meeting): string => {
  if (alike === undefined) return '';
  const by = alike.field === undefined ? 'the same values' : `the same ${alike.field}`;
  return `; ${alike.records} with different keys have ${by}`;
};
