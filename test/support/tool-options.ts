/** Options of a tool for developers, all of them with a text or alone: what cannot be meant ends it with exit code 2 and what there is. */
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Throws for what cannot be meant. */
export function readOptions<Shape extends z.ZodObject>(
  options: Shape,
  flags: readonly string[],
  args: readonly string[],
): z.infer<Shape> {
  const named = Object.keys(options.shape).map(
    (name) => [name, { type: flags.includes(name) ? 'boolean' : 'string' }] as const,
  );
  return options.parse(parseArgs({ args: [...args], options: Object.fromEntries(named) }).values);
}

export function toolOptions<Shape extends z.ZodObject>(
  options: Shape,
  flags: readonly string[] = [],
): z.infer<Shape> {
  try {
    return readOptions(options, flags, process.argv.slice(2));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const names = Object.keys(options.shape).map((name) => `--${name}`);
    process.stderr.write(`${what}\nThere are: ${names.join(', ')}\n`);
    process.exit(2);
  }
}
