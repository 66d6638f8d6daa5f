/** `serversync halts`, `approve` and `dismiss` on the command line; `put-back` stands with the history of a record. */
import type { Command } from 'commander';
import { approveByName } from './approve-by-name.ts';
import { answerCommand, haltsCommand } from './halts-command.ts';
import { asOption } from './operator.ts';
import { type As, type Common, common, type OfStack, ofStack, where } from './shared.ts';
import { ofApproval, stopSignal } from './stop-signal.ts';
import { exitsOfDeciding, exitsOfWaiting, teach } from './teach.ts';

export function registerHalts(program: Command): void {
  const halts = common(program.command('halts'))
    .description('what waits for a person, and the ways out; with an id: some of its records too')
    .argument('[id]', 'one of them, with the keys of some of its records')
    .addOption(ofStack())
    .action(async (id: string | undefined, options: Common & OfStack) => {
      process.exitCode = await haltsCommand({ ...where(options), id });
    });
  teach(halts, {
    examples: [
      ['serversync halts', 'each with its id, its figures and the commands that end it'],
      ['serversync halts 3f9a1c', 'that one, with some of its records'],
    ],
    exit: exitsOfWaiting,
  });
  registerApprove(program);
  const dismiss = common(program.command('dismiss'))
    .description('what was halted is mended on the server: look at it anew')
    .argument('<id>', 'an id of serversync halts')
    .addOption(ofStack())
    .addOption(asOption())
    .action(async (id: string, options: Common & OfStack & As) => {
      process.exitCode = await answerCommand({ ...where(options), id, what: 'dismiss' });
    });
  teach(dismiss, {
    examples: [['serversync dismiss 3f9a1c', 'the layout, the clock or the records are as they should be']],
    exit: exitsOfDeciding,
  });
}

function registerApprove(program: Command): void {
  const approve = common(program.command('approve'))
    .description(
      'let what is halted go on: an id of serversync halts, or a table and a server at their first meeting',
    )
    .argument('<id-or-table>', 'an id of serversync halts, or a table')
    .argument('[server]', 'with a table: the server that meets it')
    .addOption(ofStack())
    .addOption(asOption())
    .action(async (name: string, server: string | undefined, options: Common & OfStack & As) => {
      process.exitCode = await approveByName(
        { ...where(options), signal: () => stopSignal(ofApproval) },
        name,
        server,
      );
    });
  teach(approve, {
    examples: [
      ['serversync approve 3f9a1c', 'exactly what halts showed under that id, once'],
      ['serversync approve contacts branch', 'their first meeting, though many records differ'],
    ],
    exit: exitsOfDeciding,
  });
}
