/** What a comparison found, in words, for a terminal of 80 columns. */
import { findingWords } from '../core/finding-words.ts';
import { refusalOf } from '../core/refusals.ts';
import type { Finding, FindingKind, Why } from '../engine/verify/look-again.ts';
import { type Comparison, isSound, type NotCompared } from '../engine/verify/verify.ts';
import { quoted } from './conflicts/lines.ts';
import { unseenLine, unseenRemedy } from './view-lines.ts';
import { count } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';

const whyWords: Readonly<Record<Exclude<Why, 'parked'>, string>> = findingWords;

const notComparedWords: Readonly<Record<NotCompared, string>> = {
  paused: 'it is paused (serversync status says until when)',
  halted: 'it is halted (serversync halts says why)',
  unmet: 'it was not read there yet (serversync run --once does it)',
  changed: 'its fields or servers changed in the configuration: run serversync run --once first',
  failed: 'the server failed',
};

const kinds: readonly FindingKind[] = ['missing', 'extra', 'different'];

export const findingsOf = (comparisons: readonly Comparison[]): number =>
  comparisons.reduce((sum, { counts }) => sum + counts.missing + counts.extra + counts.different, 0);

/** `examples`: with values of records. */
export const verifyLines = (comparisons: readonly Comparison[], examples: boolean): readonly string[] =>
  comparisons.flatMap((one) => comparisonLines(one, examples));

function comparisonLines(comparison: Comparison, examples: boolean): readonly string[] {
  const { table, server, notCompared, rows, counts, underWay, view } = comparison;
  const name = `${table} on ${server}`;
  if (notCompared !== undefined)
    return wrapped(`${name}: not compared: ${notComparedWords[notCompared]}`, '');
  const found = kinds.filter((kind) => counts[kind] > 0);
  const each = found.map((kind) => `${counts[kind].toLocaleString('en-US')} ${kind}`);
  return [
    `${name}: ${count(rows, 'row')}, ${isSound(comparison) ? 'all as it should be' : each.join(', ')}`,
    ...(underWay === 0
      ? []
      : [`    under way: ${count(underWay, 'record')} that the next run reads or writes`]),
    ...(view === undefined ? [] : [`    ${unseenLine({ table, server, ...view })}`, ...unseenRemedy]),
    ...found.flatMap((kind) => kindLines(comparison, kind, examples)),
  ];
}

function kindLines(
  { findings, counts }: Comparison,
  kind: FindingKind,
  examples: boolean,
): readonly string[] {
  const shown = findings.filter((one) => one.kind === kind);
  const left = counts[kind] - shown.length;
  return [
    ...shown.flatMap((one) => findingLines(one, examples)),
    ...(left > 0
      ? [`    and ${left.toLocaleString('en-US')} more ${kind} (--limit shows more of them)`]
      : []),
  ];
}

function findingLines(finding: Finding, examples: boolean): readonly string[] {
  const { key, kind, why, code = '', fields = [], values } = finding;
  const what = fields.length === 0 ? '' : `: ${fields.join(', ')}`;
  const words = why === 'parked' ? `parked with ${code}: ${refusalOf(code).cause}` : whyWords[why];
  const shown = examples ? values.map((one) => `        ${one.field}: ${sidesOf(one, kind)}`) : [];
  return [`    ${kind} ${key}${what}`, ...wrapped(words, '        '), ...shown];
}

function sidesOf({ here, agreed }: Finding['values'][number], kind: FindingKind): string {
  if (kind === 'missing') return `${quoted(agreed)} elsewhere`;
  return kind === 'extra' ? `${quoted(here)} here` : `${quoted(here)} here, ${quoted(agreed)} elsewhere`;
}

/** No value of a record is in it. */
export const shownComparison = ({
  table,
  server,
  notCompared,
  rows,
  counts,
  underWay,
  findings,
  view,
}: Comparison) => ({
  table,
  server,
  ...(notCompared === undefined ? { rows, ...counts, underWay } : { notCompared }),
  ...(view && { account: view }),
  findings: findings.map(({ values: _values, ...finding }) => finding),
});
