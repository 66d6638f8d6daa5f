/**
 * Stacks by the lines of the sources: a function's code is one file without line breaks, with a map beside it, which is read when the first
 * stack is told. Node's own `--enable-source-maps` reads it whenever a process starts: a third of the processor time of a cold start.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** As esbuild writes it. */
const mapSchema = z.object({
  version: z.number(),
  sources: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
});

const maps = new Map<string, SourceMap | undefined>();

function mapOf(code: string): SourceMap | undefined {
  if (!maps.has(code)) maps.set(code, readMap(`${code}.map`));
  return maps.get(code);
}

/** Undefined where there is none that can be read: whoever tells of an error must not fail by it. */
function readMap(url: string): SourceMap | undefined {
  try {
    const map = mapSchema.parse(JSON.parse(readFileSync(fileURLToPath(url), 'utf8')));
    return new SourceMap({ ...map, file: url, sourceRoot: '', sourcesContent: [] });
  } catch {
    return undefined;
  }
}

/** Such as file:///var/task/index.mjs:12:3456. */
const places = /(file:\/\/\/[^\s()]+?):(\d+):(\d+)/g;

export const inSources = (stack: string): string =>
  stack.replaceAll(places, (place, code: string, line: string, column: string) => {
    const origin = mapOf(code)?.findOrigin(Number(line), Number(column));
    if (origin === undefined || !('fileName' in origin)) return place;
    return `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}`;
  });

/** For what is thrown on, to whoever writes its stack: Lambda and the tracer. */
export function placedInSources(error: unknown): void {
  if (error instanceof Error && error.stack !== undefined) error.stack = inSources(error.stack);
}
