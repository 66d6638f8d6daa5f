/** Options of a tool for developers, all of them with a text or alone: what cannot be meant ends it with exit code 2 and what there is. */
import { parseArgs } from 'node:util';
import { z } from 'zod';

export function toolOptions<Shape extends z.ZodObject>(
  options: Shape,
  flags: readonly string[] = [],
): z.infer<Shape> {
  const names = Object.keys(options.shape);
  const named = names.map((name) => [name, { type: flags.includes(name) ? 'boolean' : 'string' }] as const);
  try {
    return options.parse(parseArgs({ options: Object.fromEntries(named) }).values);
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    process.stderr.write(`${what}\nThere are: ${names.map((name) => `--${name}`).join(', ')}\n`);
    process.exit(2);
  }
}
