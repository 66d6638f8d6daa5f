/**
 * `serversync demo`: the main job, seen working. The real engine against two simulated servers; it ends with 0 only if
 * both really hold the same.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { type RunResult, runOnceCommand } from '../run-command.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { clockWords, count, duration } from '../../composition/words.ts';
import { openOffices, type Offices, sizes } from './offices.ts';
import { differences, editBothSides, type Story } from './story.ts';

export type DemoOptions = { readonly output: Output; readonly signal: AbortSignal };

export async function demoCommand({ output, signal }: DemoOptions): Promise<ExitCode> {
  const directory = await mkdtemp(join(tmpdir(), 'serversync-demo-'));
  let offices: Offices | undefined;
  try {
    offices = await openOffices(directory);
    return await tell(offices, output, signal);
  } finally {
    await offices?.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function tell(offices: Offices, output: Output, signal: AbortSignal): Promise<ExitCode> {
  const say = (...lines: readonly string[]): void => lines.forEach((line) => output.line(line));
  const { configFile, environment } = offices;
  const run = (): Promise<RunResult> =>
    runOnceCommand({ configFile, stateDirectory: undefined, environment, output, signal, hints: false });

  const shared = sizes.hq + sizes.branch - sizes.all;
  say(
    'Two FileMaker Servers, simulated on this machine:',
    `  hq      in New York, its clock 3 min 20 s slow, holds ${count(sizes.hq, 'city', 'cities')}`,
    `  branch  in London, its clock 47 s fast, holds ${count(sizes.branch, 'city', 'cities')}; ${shared} are on both`,
    '',
    '1. First sync: each gets what only the other has.',
  );
  const first = await run();
  say('', "2. People work on both sides, before either sees the other's changes:");
  const story = await editBothSides(offices, (ms) => systemClock.sleep(ms, signal));
  say(...story.told.map((line) => `  ${line}`), '', '3. Sync again.');
  await run();
  say(
    '',
    'What both servers hold now:',
    ...(await shownLines(offices, story)),
    '',
    '4. Once more: nothing is left to do.',
  );
  const last = await run();
  const differing = await differences(offices);
  say(...closingLines(first, last, differing));
  return differing.length === 0 && last.exitCode === exitCodes.inStep
    ? exitCodes.inStep
    : exitCodes.incomplete;
}

async function shownLines(offices: Offices, story: Story): Promise<readonly string[]> {
  const lines = await Promise.all(
    story.questions.map(async ({ what, ask }) => ({ what, at: await ask(offices) })),
  );
  return lines.map(({ what, at }) => {
    const same = at.hq === at.branch ? 'on both' : `on hq, but ${at.branch} on branch`;
    return `  ${what}: ${at.hq} ${same}`;
  });
}

function closingLines(first: RunResult, last: RunResult, differing: readonly string[]): readonly string[] {
  const { servers, skewMs } = last.overview;
  const written = last.tally.sum('created') + last.tally.sum('updated');
  return [
    `${count(written, 'write')} in this run. (The last minutes are read again each time, to be sure.)`,
    '',
    '5. Clocks and lag, as measured:',
    ...servers.map(({ server, clockOffsetMs, lagMs }) => {
      const clock = clockOffsetMs ? clockWords(clockOffsetMs) : 'not measured';
      return `  ${server}: its clock is ${clock}; ${lagMs === 0 ? 'no change waits' : `lag ${duration(lagMs)}`}`;
    }),
    ...skewMs.map(
      ({ of, against, ms }) =>
        `  skew: ${of} is ${duration(ms)} ${ms < 0 ? 'behind' : 'ahead of'} ${against}`,
    ),
    '',
    differing.length === 0
      ? `Both servers hold the same ${count(last.overview.tables[0]?.records ?? 0, 'record')}, field for field ` +
        `(first sync: ${duration(first.tookMs)}).`
      : `The servers differ in ${count(differing.length, 'record')}: ${differing.slice(0, 5).join(', ')}`,
    '',
    'To sync your own servers, have them looked at, and a configuration proposed:',
    '  serversync init',
    'README.md, "Sync your own servers", says what to prepare, and how to start it.',
  ];
}
