/** `serversync attention`: all that waits for a person, in one list. Asks no server. */
import { mattersOf } from '../composition/attention/attention.ts';
import { dayFigures, reportOf } from '../composition/attention/report.ts';
import { headings, headOf, type Look, type Matter } from '../composition/attention/matter.ts';
import { commandLine } from '../composition/command-line.ts';
import { systemClock } from '../composition/system-clock.ts';
import { standardStack, titleOf } from '../config/aws-stack-name.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import type { EpochMs } from '../core/names.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { openToRead, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { count } from '../composition/words.ts';
import { wrapped } from './wrapped.ts';

export type AttentionOptions = StatePlace & {
  readonly output: Output;
  /** As a letter, for whoever sends it. */
  readonly report?: boolean;
};

/** Throws ConfigurationError, Refused, StateFileError or AwsStateError. */
export async function attentionCommand(options: AttentionOptions): Promise<ExitCode> {
  const { output, stack } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const now = systemClock.now();
    const look = { configuration, control: state.control, now, isStack: stack !== undefined };
    const matters = await mattersOf(look);
    if (options.report === true) output.line(await letterOf(look, matters, options));
    else for (const line of linesOf(matters, options, now)) output.line(line);
    const exitCode = matters.length === 0 ? exitCodes.inStep : exitCodes.incomplete;
    output.json(() => ({
      exitCode,
      matters: matters.map((one) => ({ ...one, next: commandLine(one.next, options) })),
    }));
    return exitCode;
  } finally {
    state.close();
  }
}

async function letterOf(look: Look, matters: readonly Matter[], place: StatePlace): Promise<string> {
  const { control, now, isStack } = look;
  const day = await dayFigures(control, now, isStack);
  const title = titleOf(place.stack ?? standardStack);
  const { subject, text } = reportOf({
    matters,
    day,
    now,
    title,
    typed: (words) => commandLine(words, place),
  });
  return `${subject}\n\n${text}`;
}

function linesOf(matters: readonly Matter[], place: StatePlace, now: EpochMs): readonly string[] {
  if (matters.length === 0) return ['nothing waits for you'];
  return [
    `${count(matters.length, 'matter waits', 'matters wait')} for you`,
    ...[...Map.groupBy(matters, ({ urgency }) => urgency)].flatMap(([urgency, of]) => [
      '',
      headings[urgency],
      ...of.flatMap((one) => matterLines(one, place, now)),
    ]),
  ];
}

/** The command stands on a line of its own, however long: it is copied. */
function matterLines(matter: Matter, place: StatePlace, now: EpochMs): readonly string[] {
  const { first, next } = matter;
  const [head = '', ...rest] = wrapped(headOf(matter, now), indent);
  return [
    `  ${head.trimStart()}`,
    ...rest,
    ...(first === undefined ? [] : wrapped(first, indent)),
    `${indent}${commandLine(next, place)}`,
  ];
}

const indent = '      ';
