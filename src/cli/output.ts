/** Where a command writes: plain lines for people, or with `--json` one object on the last line of stdout. */

import { wrapped } from './wrapped.ts';

export type Output = {
  /** A terminal that can redraw: progress bars are shown there only. */
  readonly terminal: boolean;
  /** A line for people: stdout, or stderr where stdout is for JSON. */
  readonly line: (text: string) => void;
  /** Writes the object where `--json` was given; it is not made otherwise. */
  readonly json: (make: () => unknown) => void;
};

/** Who reads the output may go before its end (`serversync status | head`): the work goes on, and is said to nobody. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}

export function standardOutput(json: boolean): Output {
  const people = json ? process.stderr : process.stdout;
  return {
    terminal: people.isTTY,
    line: (text) => {
      const lines = people.isTTY ? fitted(text, people.columns) : [text];
      for (const each of lines) people.write(`${each}\n`);
    },
    json: (make) => {
      if (json) process.stdout.write(`${JSON.stringify(make())}\n`);
    },
  };
}

/** Broken between words, and indented on, where the terminal would break it within one; a command and a row of columns stay whole. */
export function fitted(text: string, width: number): readonly string[] {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const words = text.slice(indent.length);
  if (text.length <= width || words.startsWith('serversync ') || words.includes('  ')) return [text];
  const [first = '', ...rest] = wrapped(words, indent, width);
  const further = rest.map((line) => line.trimStart()).join(' ');
  return further === '' ? [first] : [first, ...wrapped(further, `${indent}    `, width)];
}
