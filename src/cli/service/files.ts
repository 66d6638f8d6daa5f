/** The text of a file that may not be there. */
import { readFile } from 'node:fs/promises';

/** Undefined where there is no such file. */
export async function textIn(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The last lines of a file that is not large; none where it is not there. */
export async function lastLines(path: string, lines: number): Promise<readonly string[]> {
  const text = (await textIn(path)) ?? '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .slice(-lines);
}
