/** The commands `serversync conflicts …` on the command line. */
import { type Command, Option } from 'commander';
import { asOption } from '../operator.ts';
import { type As, type Common, common, type OfStack, ofStack, where, wholeNumber } from '../shared.ts';
import { exitsOfDeciding, exitsOfShowing, teach } from '../teach.ts';
import { type ChooseOptions, chooseCommand } from './choosing.ts';
import { listConflictsCommand, showConflictCommand } from './looking.ts';

type Options = Common & OfStack & As;

export function registerConflicts(program: Command): void {
  const conflicts = program
    .command('conflicts')
    .description('what was decided between servers, and to choose otherwise; shows values of records');
  const add = (name: string, description: string): Command =>
    common(conflicts.command(name)).description(description).addOption(ofStack());
  const addChanging = (name: string, description: string): Command =>
    add(name, description).addOption(asOption());
  const list = add(
    'list',
    'conflicts of the last 90 days (or retention.conflicts), latest first, and all that are held',
  )
    .option('--table <table>', 'those of one table')
    .option('--held', 'those that wait for a person')
    .option('--limit <number>', 'shown at most', wholeNumber, 20)
    .action(async (options: Options & { table?: string; held?: boolean; limit: number }) => {
      const { table, held = false, limit } = options;
      process.exitCode = await listConflictsCommand({ ...where(options), table, held, limit });
    });
  const show = add('show', 'both values, both times with their uncertainty, who won and by which rule')
    .argument('<id>', 'the ID that list shows, or its beginning')
    .action(async (id: string, options: Options) => {
      process.exitCode = await showConflictCommand({ ...where(options), id });
    });
  const resolve = addChanging('resolve', 'choose the outcome: what a server had, or a value')
    .argument('<id>', 'the ID that list shows, or its beginning')
    .option('--field <field>', 'this field only, where the conflict is about several')
    .addOption(new Option('--keep <server>', 'the value of that server').conflicts('value'))
    .addOption(new Option('--value <text>', 'this value; times as 2026-11-22T10:00:00').conflicts('keep'))
    .option('--force', 'also where the field was changed since')
    .action(async (id: string, options: Options & Chosen, command: Command) => {
      const what = whatOf(options);
      if (what === undefined) return command.error('say --keep SERVER or --value TEXT');
      process.exitCode = await chooseCommand({ ...where(options), id, what, ...narrowed(options) });
    });
  const undo = addChanging('undo', 'put back what held before the choice')
    .argument('<id>', 'the ID that list shows, or its beginning')
    .option('--field <field>', 'this field only, where the conflict is about several')
    .option('--force', 'also where the field was changed since')
    .action(async (id: string, options: Options & Chosen) => {
      const what = { kind: 'undo' } as const;
      process.exitCode = await chooseCommand({ ...where(options), id, what, ...narrowed(options) });
    });
  teachThem({ list, show, resolve, undo });
}

function teachThem({
  list,
  show,
  resolve,
  undo,
}: Readonly<Record<'list' | 'show' | 'resolve' | 'undo', Command>>): void {
  teach(list, {
    examples: [['serversync conflicts list --held', 'the fields that wait for your choice']],
    exit: exitsOfShowing,
  });
  teach(show, {
    examples: [['serversync conflicts show 8c1d2e', 'one of them, by its id or the beginning of it']],
    exit: exitsOfShowing,
  });
  teach(resolve, {
    examples: [
      ['serversync conflicts resolve 8c1d2e --keep branch', 'what branch had is right, everywhere'],
      ['serversync conflicts resolve 8c1d2e --value 555-0123', 'neither: this value is'],
    ],
    exit: exitsOfDeciding,
  });
  teach(undo, {
    examples: [['serversync conflicts undo 8c1d2e', 'what held before your choice holds again']],
    exit: exitsOfDeciding,
  });
}

type Chosen = {
  readonly field?: string;
  readonly keep?: string;
  readonly value?: string;
  readonly force?: boolean;
};

function whatOf({ keep, value }: Chosen): ChooseOptions['what'] | undefined {
  if (keep !== undefined) return { kind: 'keep', server: keep };
  return value === undefined ? undefined : { kind: 'value', text: value };
}

const narrowed = ({ field, force = false }: Chosen) => ({ field, force });
