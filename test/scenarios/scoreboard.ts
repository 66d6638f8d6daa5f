/**
 * The scoreboard: what becomes of a naive engine and of ServerSync in each trouble, as figures.
 *
 *   npm run scoreboard        SERVERSYNC_SEED=<a seed that was printed>   the same games again
 *   npm run scoreboard -- --api odata | mixed     of servers that speak OData, or by turns the one and the other API
 *                      -- --only S22,S23          of these alone
 */
import { z } from 'zod';
import { toolOptions } from '../support/tool-options.ts';
import { scenarios } from './all.ts';
import { allApis } from './support/apis.ts';
import { play, playNaive, seedOfThisRun } from './support/scenario.ts';
import type { Outcome } from './support/score.ts';

/** Enough to see what is wrong. */
const shownFaults = 5;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** Of id, trouble, naive engine, ServerSync and figure: a hundred signs in all. */
const widths = [4, 36, 6, 10, 40] as const;

/** Words in lines of at most so many signs. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Each cell is one text, or several that each begin a line. */
function sayRow(...cells: readonly (string | readonly string[])[]): void {
  const columns = cells.map((cell, at) => [cell].flat().flatMap((text) => wrapped(text, widths[at] ?? 0)));
  const height = Math.max(...columns.map((lines) => lines.length));
  for (let line = 0; line < height; line += 1) {
    const row = columns.map((lines, at) => (lines[line] ?? '').padEnd(widths[at] ?? 0));
    say(row.join(' ').trimEnd());
  }
}

const verdict = ({ faults }: Outcome): string => (faults.length === 0 ? 'ok' : 'FAILS');

const { api: apis, only } = toolOptions(
  z.object({ api: z.enum(allApis).default('data'), only: z.string().optional() }),
);
const wanted = only?.split(',');
const played = scenarios.filter(({ id }) => wanted === undefined || wanted.includes(id));

say(`seed ${seedOfThisRun}, API ${apis}\n`);
sayRow('Id', 'Trouble', 'Naive', 'ServerSync', 'Figure');
sayRow(...widths.map((width) => '-'.repeat(width)));
let failed = 0;
for (const scenario of played) {
  const ours = await play(scenario, { name: 'sqlite' }, seedOfThisRun, apis);
  const naive = scenario.naive === 'spared' ? undefined : await playNaive(scenario, seedOfThisRun, apis);
  const figures = [ours.figure, ...(naive === undefined ? [] : [`naive: ${naive.figure}`])];
  sayRow(scenario.id, scenario.trouble, naive ? verdict(naive) : '-', verdict(ours), figures);
  for (const fault of ours.faults.slice(0, shownFaults)) say(`     ! ${fault}`);
  if (ours.faults.length > 0) failed += 1;
}
say(`\n${played.length - failed} of ${played.length} hold with ServerSync over SQLite`);
process.exitCode = failed > 0 ? 1 : 0;
