/** Findings as a person reads them: servers, their tables, then what is about several; the remedy below each. */
import { count, duration } from '../../composition/words.ts';
import type { Configuration } from '../../config/configuration.ts';
import { checks } from '../../doctor/catalogue.ts';
import { countOf } from '../../doctor/doctor.ts';
import { capital, type Finding, type Status } from '../../doctor/finding.ts';
import { wrapped } from '../wrapped.ts';

export const statusWords: Readonly<Record<Status, string>> = {
  ok: 'OK',
  warning: 'warning',
  error: 'error',
  unproven: 'not proven',
};

const column = Math.max(...Object.values(statusWords).map(({ length }) => length)) + 2;
const indent = ' '.repeat(column);

export function findingLines(
  findings: readonly Finding[],
  { servers }: Pick<Configuration, 'servers'>,
): readonly string[] {
  const groups = Map.groupBy(findings, (one) => JSON.stringify([one.server, one.table, isOfStack(one)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : ['', headingOf(first, servers), ...group.flatMap(linesOf)];
  });
}

/** About none of its servers alone. */
export const isOfStack = ({ check, server }: Finding): boolean =>
  server === undefined && checks[check].about === 'stack';

function headingOf(finding: Finding, servers: Configuration['servers']): string {
  const { server, table } = finding;
  if (isOfStack(finding)) return 'the stack';
  if (server === undefined) return table === undefined ? 'between servers' : `${table} between servers`;
  if (table !== undefined) return `${table} on ${server}`;
  const url = servers.find(({ name }) => name === server)?.url;
  return url === undefined ? server : `${server}  ${url}`;
}

function linesOf({ status, text, remedy }: Finding): readonly string[] {
  const [first = '', ...rest] = wrapped(text, indent);
  return [
    `${statusWords[status].padEnd(column)}${first.slice(column)}`,
    ...rest,
    ...(remedy === undefined ? [] : wrapped(remedy, `${indent}  `)),
  ];
}

export function closingLine(findings: readonly Finding[], tookMs: number): string {
  const wrong = [
    ...counted(findings, 'error', 'error'),
    ...counted(findings, 'warning', 'warning'),
    ...(countOf(findings, 'unproven') > 0 ? [`${countOf(findings, 'unproven')} not proven`] : []),
  ];
  const found = wrong.length === 0 ? 'Nothing is wrong' : capital(wrong.join(', '));
  return `${found}; ${countOf(findings, 'ok')} OK, in ${duration(tookMs)}.`;
}

const counted = (findings: readonly Finding[], status: Status, word: string): readonly string[] => {
  const number = countOf(findings, status);
  return number === 0 ? [] : [count(number, word)];
};
