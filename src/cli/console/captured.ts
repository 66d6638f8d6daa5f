/** What a command says, taken down in place of being printed. */
import type { Output } from '../output.ts';

export type Captured = { readonly output: Output; readonly lines: readonly string[] };

export function capturing(): Captured {
  const lines: string[] = [];
  // A command may say several lines at once.
  const line = (text: string): void => void lines.push(...text.split('\n'));
  return { lines, output: { terminal: false, line, json: () => undefined } };
}
