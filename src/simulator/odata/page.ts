/** Which rows of those that were found one answer shows, and the link to the next. */
import type { ODataExchange } from './exchange.ts';
import { syntaxError } from './faults.ts';

type Page = { readonly from: number; readonly rows: number; readonly next: string | undefined };

/** `$skiptoken=s10000t5000`: rows from there, and how many of `$top` are still to come; 0: all. */
export function pageOf(exchange: ODataExchange, found: number): Page {
  const { options, form, simulation } = exchange;
  const token = readToken(options.text('skiptoken'));
  const from = token?.skip ?? options.count('skip') ?? 0;
  const top = token ? token.top : options.count('top');
  const most = simulation.options.odata?.pageRows ?? 10_000;
  const wanted = Math.min(top ?? found, Math.max(0, found - from));
  const rows = Math.min(wanted, most, form.prefer.pageRows ?? most);
  if (rows >= wanted) return { from, rows, next: undefined };
  const left = top === undefined ? 0 : top - rows;
  return { from, rows, next: nextLink(exchange, `s${from + rows}t${left}`) };
}

function readToken(
  text: string | undefined,
): { readonly skip: number; readonly top: number | undefined } | undefined {
  if (text === undefined) return undefined;
  const [, skip, top] = /^s(\d{1,9})t(\d{1,9})$/.exec(text) ?? [];
  if (skip === undefined) throw syntaxError(text);
  return { skip: Number(skip), top: top === '0' ? undefined : Number(top) };
}

function nextLink(exchange: ODataExchange, token: string): string {
  const others = exchange.options.raw
    .split('&')
    .filter((part) => part !== '' && !/^\$?(top|skip|skiptoken)=/.test(part));
  const set = encodeURIComponent(exchange.params['set'] ?? '').replaceAll('%3A', ':');
  return `${exchange.databaseUrl}/${set}?${[...others, `$skiptoken=${token}`].join('&')}`;
}
