import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/cli/program.ts';
import { accept, leavesOf } from './support/accepted.ts';

function helpOf({ command }: ReturnType<typeof leavesOf>[number]): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part), getOutHelpWidth: () => 80 }).outputHelp();
  return text;
}

const commands = leavesOf(programOf());
/** What needs no configuration answers with what it makes. */
const withoutJson: ReadonlySet<string> = new Set(['secrets set', 'demo', 'simulate', 'schema']);

describe.each(commands)('serversync $words --help', (leaf) => {
  const help = helpOf(leaf);

  test('shows the command as it is typed, in lines that the command line takes', async () => {
    const lines = help.match(/^ {2}serversync .*$/gm) ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line.trim().startsWith(`serversync ${leaf.words}`)).toBe(true);
      await accept(line.trim());
    }
  });

  test('says what it exits with', () => {
    expect(help).toMatch(/Exit codes:\n {2}0 {2}\S/);
  });

  test('fits a terminal of 80 columns', () => {
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

test.each(commands.filter(({ words }) => !withoutJson.has(words)))('serversync $words has --json', (leaf) => {
  expect(helpOf(leaf)).toContain('--json');
});

test('a line that cannot be meant is not accepted', async () => {
  await expect(accept('serversync halts --all')).rejects.toThrow("unknown option '--all'");
  await expect(accept('serversync conflicts choose 1')).rejects.toThrow("unknown command 'choose'");
});

test.each([
  ['serversync cost --changes-per-day -1', "'--changes-per-day <number>' argument '-1'", 'serversync cost'],
  ['serversync cost --records 5,000', 'from 0 to 999999999, in digits alone', 'serversync cost'],
  ['serversync parked retry --nothing', "unknown option '--nothing'", 'serversync parked retry'],
  ['serversync --nothing', "unknown option '--nothing'", 'serversync'],
])('%s is refused with what is wrong, and with the help of that command', async (line, wrong, help) => {
  const said = await refusalOf(line);
  expect(said).toContain(wrong);
  expect(said).toContain(`(${help} --help tells more)`);
});

/** What a person reads. */
async function refusalOf(line: string): Promise<string> {
  const program = programOf();
  let said = '';
  const listen = (command: Command): void => {
    command.configureOutput({ writeErr: (text) => (said += text) });
    command.commands.forEach(listen);
  };
  listen(program);
  await expect(program.parseAsync(line.split(' ').slice(1), { from: 'user' })).rejects.toThrow('error: ');
  return said;
}

test.each(['serversync audit --limit 0', 'serversync history contacts 4711 --limit 0'])(
  '%s is refused: nothing would be shown',
  async (line) => {
    await expect(accept(line)).rejects.toThrow('1 or more');
    await accept(line.replace('0', '1'));
  },
);

test('pause --help says how long one without --until lasts', () => {
  const pause = programOf().commands.find((command) => command.name() === 'pause');
  expect(pause?.helpInformation().replaceAll(/\s+/g, ' ')).toContain(
    'without it the pause lasts until serversync resume',
  );
});
