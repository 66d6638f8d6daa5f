/** Somebody at a terminal: answers each question once it is asked. */
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { type Questions, terminalQuestions } from '../../../src/cli/init/questions.ts';

export const enter = '\r';
export const down = '\u001B[B';

export type Typist = {
  readonly questions: Questions;
  readonly seen: () => string;
  readonly left: () => readonly string[];
};

/** `answers`: what a question begins with, or the choice that is pointed at (`❯ …`), and what is typed then. */
export async function typist(answers: readonly (readonly [asked: string, typed: string])[]): Promise<Typist> {
  const input = new PassThrough();
  const output = new PassThrough();
  // Each question ends what it wrote to, unless that is the terminal.
  output.end = () => output;
  const waiting = [...answers];
  let seen = '';
  let fresh = '';
  output.on('data', (part: Buffer) => {
    const text = stripVTControlCharacters(part.toString('utf8'));
    seen += text;
    fresh += text;
    const [next] = waiting;
    if (next === undefined || !fresh.includes(next[0].startsWith('❯') ? next[0] : `? ${next[0]}`)) return;
    waiting.shift();
    fresh = '';
    // The question listens once it is shown.
    setImmediate(() => input.write(next[1]));
  });
  return {
    questions: await terminalQuestions(input, output, new AbortController().signal),
    seen: () => seen,
    left: () => waiting.map(([asked]) => asked),
  };
}
