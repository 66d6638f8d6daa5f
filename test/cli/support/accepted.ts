/** Whether the command line takes what is printed for people to type. */
import type { Command } from 'commander';
import { programOf } from '../../../src/cli/program.ts';

/** Commands that do something, with all their words, such as `conflicts list`. */
export function leavesOf(command: Command, words: readonly string[] = []): readonly Leaf[] {
  const own = command.commands.filter((each) => each.name() !== 'help');
  if (own.length === 0) return [{ words: words.join(' '), command }];
  return own.flatMap((each) => leavesOf(each, [...words, each.name()]));
}

export type Leaf = { readonly words: string; readonly command: Command };

/** Parses a line such as `serversync halts 3f9a1c` and does nothing of it; throws CommanderError where it cannot be meant. */
export async function accept(line: string): Promise<void> {
  const [name, ...args] = line.replace(/ >.*$/, '').split(' ');
  if (name !== 'serversync') throw new Error(`${line} does not begin with serversync`);
  const program = programOf();
  for (const command of [program, ...program.commands])
    command.configureOutput({ writeErr: () => undefined });
  for (const { command } of leavesOf(program))
    command.configureOutput({ writeErr: () => undefined }).action(() => undefined);
  await program.parseAsync(args, { from: 'user' });
}
