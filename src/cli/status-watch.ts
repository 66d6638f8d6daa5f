/** `serversync status --watch`: the same, drawn anew every few seconds until Ctrl-C. */
import { systemClock } from '../composition/system-clock.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { failureOf, shownFailure } from './failures.ts';
import { fitted } from './output.ts';
import { Refused } from './refused.ts';
import { type StatusOptions, statusNow } from './status-command.ts';
import { statusLines } from './status-lines.ts';
import { localTime } from './words.ts';

/** What is drawn on. */
export type Screen = {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
  write(text: string): unknown;
};

export type WatchOptions = Omit<StatusOptions, 'output'> & {
  readonly screen: Screen;
  readonly signal: AbortSignal;
};

/** Between two drawings, ms. A stack is asked over the network, and for money. */
const everyMs = { machine: 2_000, stack: 5_000 };

/** Throws Refused without a terminal, and what keeps the first drawing away; later ones tell what keeps them, and are tried again. */
export async function watchStatusCommand(options: WatchOptions): Promise<ExitCode> {
  const { screen, signal, stack } = options;
  if (!screen.isTTY)
    throw new Refused(
      'no-terminal',
      'status --watch draws on a terminal, and there is none here: leave --watch out, and run it as often as it is wanted',
    );
  let lines = await linesNow(options);
  for (;;) {
    draw(screen, lines);
    try {
      await systemClock.sleep(stack === undefined ? everyMs.machine : everyMs.stack, signal);
    } catch (error) {
      if (signal.aborted) return exitCodes.inStep;
      throw error;
    }
    lines = await linesOrFailure(options);
  }
}

async function linesNow(options: WatchOptions): Promise<readonly string[]> {
  const shown = await statusNow(options);
  return [`${localTime(shown.now)}  (Ctrl-C ends it)`, '', ...statusLines(shown, options.examples)];
}

async function linesOrFailure(options: WatchOptions): Promise<readonly string[]> {
  try {
    return await linesNow(options);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return [`${localTime(systemClock.now())}  (tried again; Ctrl-C ends it)`, '', shownFailure(failure)];
  }
}

const home = '\u001B[H';
const clearToEndOfLine = '\u001B[K';
const clearBelow = '\u001B[J';

/** In one write, over what stood there, so that nothing flickers. What does not fit is left out, and counted. */
function draw(screen: Screen, lines: readonly string[]): void {
  const { rows, columns } = screen;
  const all = lines.flatMap((line) => fitted(line, columns));
  const most = Math.max(1, rows - 1);
  const shown =
    all.length <= most
      ? all
      : [...all.slice(0, most - 1), `… ${all.length - most + 1} more lines: serversync status`];
  screen.write(`${home}${shown.map((line) => line + clearToEndOfLine).join('\n')}\n${clearBelow}`);
}
