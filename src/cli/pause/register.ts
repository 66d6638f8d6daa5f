/** The commands `serversync pause` and `resume` on the command line. */
import type { Command } from 'commander';
import { type ChoiceOptions, chosenOf } from '../chosen.ts';
import { asOption } from '../operator.ts';
import { type Common, common, type OfStack, ofStack, where } from '../shared.ts';
import { teach } from '../teach.ts';
import { pauseCommand, resumeCommand } from './pausing.ts';

type Options = Common & OfStack & ChoiceOptions;

const exit = `
  0  done; it holds from now on
  2  there is no such server or table, that is not a time, or nothing of it is
     paused; nothing was changed`;

export function registerPause(program: Command): void {
  const add = (name: string, description: string): Command =>
    common(program.command(name))
      .description(description)
      .option('--server <server>', 'on this server only')
      .option('--table <table>', 'this table only')
      .addOption(ofStack())
      .addOption(asOption());
  const pause = add('pause', 'neither read nor write for a while; without an option: everything')
    .option(
      '--until <time>',
      'when it ends by itself: 18:00, "2026-11-30 06:00", "2 hours"; without it the pause lasts until serversync resume',
    )
    .action(async (options: Options & { until?: string }) => {
      const { until } = options;
      const pausing = { ...where(options), scope: chosenOf(options), ...(until !== undefined && { until }) };
      process.exitCode = await pauseCommand(pausing);
    });
  const resume = add('resume', 'go on with what was paused; without an option: with everything')
    .option('--after-migration', 'its file was swapped by a release: pair its rows by their keys first')
    .action(async (options: Options & { afterMigration?: boolean }) => {
      const { afterMigration = false } = options;
      process.exitCode = await resumeCommand({ ...where(options), scope: chosenOf(options), afterMigration });
    });
  teach(pause, {
    examples: [
      ['serversync pause --server branch --until 18:00', 'a backup, an update of that server'],
      ['serversync pause --table contacts', 'one table on all servers, until it is resumed'],
    ],
    exit,
  });
  teach(resume, {
    examples: [
      ['serversync resume --server branch', 'what waited is read and delivered'],
      [
        'serversync resume --server branch --after-migration',
        'a release put a migrated file there: its records have other record ids now',
      ],
    ],
    exit,
  });
}
