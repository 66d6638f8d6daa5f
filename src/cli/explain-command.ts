/** `serversync explain`: what a message means and what to do, by its code. Looks at nothing else. */
import { allEntries, entriesFor, entriesOf, families, unknownCode } from '../catalogue/catalogue.ts';
import type { Entry } from '../catalogue/entry.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { wrapped } from './wrapped.ts';

/** Throws Refused where there is no such code. */
export function explainCommand(code: string | undefined, output: Output): ExitCode {
  const entries = code === undefined ? allEntries : entriesFor(withoutBrackets(code));
  if (code !== undefined && entries.length === 0) throw new Refused('unknown-name', unknownCode(code));
  for (const line of code === undefined ? listLines() : entries.flatMap(entryLines)) output.line(line);
  output.json(() => ({ exitCode: exitCodes.inStep, entries: entries.map(shownEntry) }));
  return exitCodes.inStep;
}

/** As it is copied from a message. */
const withoutBrackets = (code: string): string => code.replaceAll(/[()]/g, '');

const listLines = (): readonly string[] => [
  ...families.flatMap((family) => [
    family.heading,
    ...wrapped(
      entriesOf(family)
        .map((one) => one.code)
        .join(' '),
      '    ',
    ),
  ]),
  '',
  'serversync explain CODE says what one means, and what to do',
];

const entryLines = ({ code, title, means, do: what, more, family }: Entry): readonly string[] => [
  `${code}: ${family.heading.charAt(0).toLowerCase()}${family.heading.slice(1)}`,
  ...wrapped(`Said as: ${title}`, '    '),
  ...wrapped(plain(means), '    '),
  ...wrapped(`What to do: ${plain(what)}`, '    '),
  ...(more === undefined ? [] : [`    More: ${pathOf(more)}`]),
];

/** A terminal shows no emphasis. */
const plain = (text: string): string => text.replaceAll(/[*`]/g, '');

const pathOf = (page: string): string => (page.startsWith('../') ? page.slice(3) : `docs/${page}`);

const shownEntry = ({ id, code, title, means, do: what, more, family }: Entry) => ({
  id,
  code,
  family: family.heading,
  title,
  means: plain(means),
  do: plain(what),
  ...(more !== undefined && { more: pathOf(more) }),
});
