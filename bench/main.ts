/**
 * How fast ServerSync is, how much of what the servers allow it uses, and what it costs: as figures that anyone can repeat.
 *
 *   npm run bench                                    the suite: some twenty minutes on two cores
 *   npm run bench -- --niceness 0                    the same, with that in each
 *   npm run bench -- --work first-sync --rows 10000 --profile wan --sessions 8 [--peer]
 *   npm run bench -- --out FOLDER                    writes results.md and results.json there
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolOptions } from '../test/support/tool-options.ts';
import { commit, machine } from './machine.ts';
import { measure } from './measure.ts';
import type { Figure, Results } from './result.ts';
import { longSuite, suite } from './suite.ts';
import { markdown } from './tables.ts';
import {
  flags,
  type Given,
  type GivenOptions,
  mainOptions,
  optionsText,
  withDefaults,
} from './work-options.ts';

const {
  out,
  timeline,
  suite: which,
  ...given
} = toolOptions(
  mainOptions,
  flags,
  'How fast ServerSync is with simulated servers, and how much of what they allow it uses. Prints a table.',
);
const { work } = given;
/** What was named, which holds for each work of the suite. */
const told = (options: GivenOptions): GivenOptions =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const asked: readonly Given[] =
  work !== undefined
    ? [{ ...given, work }]
    : (which === 'long' ? longSuite : suite).map((one) => ({ ...one, ...told(given), work: one.work }));

const say = (line: string): void => void process.stderr.write(`${line}\n`);
const results: Omit<Results, 'figures'> = {
  machine: machine(),
  date: new Date().toISOString(),
  commit: commit(),
};
const figures: Figure[] = [];

async function keep(): Promise<void> {
  if (out === undefined) return;
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'results.json'), `${JSON.stringify({ ...results, figures }, undefined, 2)}\n`);
  await writeFile(join(out, 'results.md'), markdown({ ...results, figures }));
}

for (const one of asked) {
  let command = `--work ${one.work}`;
  try {
    const options = withDefaults(one);
    command = optionsText(options);
    say(`measuring ${command}`);
    figures.push(await measure(options, timeline ? (lines) => lines.forEach(say) : undefined));
  } catch (error) {
    // What comes after it is worth a quarter of an hour all the same.
    say(`${command} failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  await keep();
}
process.stdout.write(markdown({ ...results, figures }));
