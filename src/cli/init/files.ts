/** The files that init writes: the configuration, the schema beside it, and a copy of what was there before. */
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { configurationJsonSchema } from '../../config/json-schema.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import type { Questions } from './questions.ts';

/** Before any question that would be in vain. Throws Refused. */
export async function mayWrite(path: string, isForced: boolean, questions: Questions): Promise<void> {
  if (!existsSync(path) || isForced) return;
  const message = `${path} is there. Replace it at the end, and keep a copy of it?`;
  if (questions.isAsking && (await questions.yes({ message, initial: false }))) return;
  throw new Refused(
    'file-there',
    `${path} is there already, and was left as it is. Name another file with --output, replace it with --force (a copy is kept), or look at the proposal with --dry-run`,
  );
}

export function writeFiles(path: string, text: string, output: Output): void {
  try {
    if (existsSync(path)) {
      const copy = freeName(path);
      copyFileSync(path, copy);
      output.line(`kept what was there as ${copy}`);
    }
    writeFileSync(path, text);
    output.line(`wrote ${path}`);
    const schema = join(dirname(path), 'serversync.schema.json');
    if (existsSync(schema)) return;
    writeFileSync(schema, `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`);
    output.line(`wrote ${schema}, by which editors complete and check it`);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new Refused(
      'file-there',
      `${path} cannot be written (${String(error.code)}). Name another file with --output`,
      {
        cause: error,
      },
    );
  }
}

/** `serversync.yaml.bak`, `serversync.yaml.bak2`, …: no copy is written over another. */
function freeName(path: string): string {
  for (let number = 1; ; number++) {
    const name = `${basename(path)}.bak${number === 1 ? '' : number}`;
    const copy = join(dirname(path), name);
    if (!existsSync(copy)) return copy;
  }
}
