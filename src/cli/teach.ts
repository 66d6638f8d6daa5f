/** What `--help` says below the options: the command as one would type it, and what it exits with. */
import type { Command } from 'commander';

export type Lesson = {
  /** Command lines as they are typed, each with what it does. */
  readonly examples: readonly (readonly [line: string, what: string])[];
  /** What each code means; those of a command that works with servers if left out. */
  readonly exit?: string;
};

const configurationFirst = `
  2  the configuration, a layout or the state directory has to change first;
     nothing was written`;

const serverFailed = `
  3  a server could not be reached, is no FileMaker Server, or refused the
     account`;

export const exitsOfRun = `
  0  everything is in step
  1  done, but something is parked, halted, or waits for a later try; or the
     run was stopped, or another one is at work with the same state${configurationFirst}${serverFailed}`;

/** Of a command that shows what was asked for. */
export const exitsOfShowing = `
  0  shown
  2  there is no such thing, no state yet, or the configuration has to change
     first`;

/** Of a command that shows what waits. */
export const exitsOfWaiting = `
  0  nothing waits
  1  something does
  2  there is no such thing, no state yet, or the configuration has to change
     first`;

/** Of a command that puts down what a person decided. */
export const exitsOfDeciding = `
  0  done; it holds from now on
  1  not done: another command works with the state, or what was looked at has
     changed since
  2  there is no such thing, or it cannot be answered so; nothing was changed`;

/** Of a command that compares servers or plays a run without writing. */
export const exitsOfChecking = (clean: string, found: string): string => `
  0  ${clean}
  1  ${found}${configurationFirst.replace(';\n     nothing was written', '')}${serverFailed}`;

/** Says so below the options of the command, and gives it back. */
export function teach(command: Command, { examples, exit = exitsOfRun }: Lesson): Command {
  const lines = examples.map(([line, what]) => `  ${line}\n      ${what}`);
  const heading = examples.length === 1 ? 'Example' : 'Examples';
  return command.addHelpText('after', `\n${heading}:\n${lines.join('\n')}\n\nExit codes:${exit}`);
}
