/**
 * Options of a tool for developers, all of them with a text or alone. Help is made of their descriptions; what cannot be meant ends the
 * tool with exit code 2, what would be right, and no stack.
 */
import { Command, CommanderError } from 'commander';
import { z } from 'zod';

/** As people start it, such as `npm run bench --`. */
const started = (): string => {
  const { npm_lifecycle_event: script } = process.env;
  return script === undefined ? 'node TOOL' : `npm run ${script} --`;
};

/** Throws CommanderError for what cannot be meant, and for help. */
export function readOptions<Shape extends z.ZodObject>(
  options: Shape,
  flags: readonly string[],
  args: readonly string[],
  about = '',
  say: (text: string) => void = () => undefined,
): z.infer<Shape> {
  const command = new Command(started())
    .description(about)
    .exitOverride()
    .configureOutput({ writeOut: say, writeErr: say })
    .showHelpAfterError(`(${started()} --help tells more)`);
  for (const [name, one] of Object.entries(options.shape))
    command.option(flags.includes(name) ? `--${name}` : `--${name} <value>`, descriptionOf(one));
  command.parse(args, { from: 'user' });
  const given = command.opts<Readonly<Record<string, string | boolean | undefined>>>();
  const read = options.safeParse(given);
  if (read.success) return read.data;
  return command.error(
    `error: ${read.error.issues.map((issue) => mistakeOf(issue, options, given)).join('\n')}`,
    {
      exitCode: 2,
    },
  );
}

const descriptionOf = (one: unknown): string => (one instanceof z.ZodType ? (one.description ?? '') : '');

function mistakeOf(
  { path, message }: z.core.$ZodIssue,
  { shape }: z.ZodObject,
  given: Readonly<Record<string, string | boolean | undefined>>,
): string {
  const name = String(path[0]);
  const right = descriptionOf(shape[name]);
  const what = given[name] === undefined ? 'is missing' : `argument '${given[name]}' is invalid`;
  return `option '--${name} <value>' ${what}. ${right === '' ? message : `Wanted: ${right}`}`;
}

export function toolOptions<Shape extends z.ZodObject>(
  options: Shape,
  flags: readonly string[] = [],
  about = '',
): z.infer<Shape> {
  const said: string[] = [];
  try {
    return readOptions(options, flags, process.argv.slice(2), about, (text) => said.push(text));
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const isHelp = error.exitCode === 0;
    (isHelp ? process.stdout : process.stderr).write(said.join(''));
    process.exit(isHelp ? 0 : 2);
  }
}
