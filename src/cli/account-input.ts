/**
 * An account, typed at the terminal or read from a pipe.
 *
 *   R9  What is typed as the password is shown nowhere. No error holds a part of what was given.
 */
import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { Refused } from './refused.ts';
import { Stopped } from './stop-signal.ts';

export type Account = { readonly username: string; readonly password: string };

/** `isTTY`: somebody types; otherwise the input is read to its end. */
export type Keyboard = {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Takes the questions, and the account name while it is typed. */
  readonly output: NodeJS.WritableStream;
};

type Asked = 'account name' | 'password';

const questions: Readonly<Record<Asked, (server: string) => string>> = {
  'account name': (server) => `Account name on ${server}: `,
  password: (server) => `Password on ${server} (not shown): `,
};

/** `username`: asked for where it is undefined. Throws Refused or Stopped: then nothing was given. */
export async function readAccount(
  server: string,
  username: string | undefined,
  keyboard: Keyboard,
): Promise<Account> {
  const asked: readonly Asked[] = username === undefined ? ['account name', 'password'] : ['password'];
  const answers = await (keyboard.input.isTTY
    ? typed(asked, server, keyboard)
    : piped(asked, keyboard.input));
  const [password = ''] = answers.slice(-1);
  return { username: username ?? answers[0] ?? '', password };
}

const typed = (asked: readonly Asked[], server: string, keyboard: Keyboard): Promise<readonly string[]> =>
  new Promise((resolve, reject) => new Typing(asked, server, keyboard, { resolve, reject }).ask());

/** One reader for all questions, which turns silent within the same turn: a pasted second line is not shown either. */
class Typing {
  readonly #left: Asked[];
  readonly #server: string;
  readonly #answers: string[] = [];
  readonly #output: Keyboard['output'];
  readonly #reader: Interface;
  readonly #settle: Settle;
  #isHidden = false;
  #isOver = false;

  constructor(asked: readonly Asked[], server: string, { input, output }: Keyboard, settle: Settle) {
    this.#left = [...asked];
    this.#server = server;
    this.#output = output;
    this.#settle = settle;
    const visible = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (!this.#isHidden) output.write(chunk);
        done();
      },
    });
    this.#reader = createInterface({ input, output: visible, terminal: true, historySize: 0 })
      .on('line', (line) => this.#answer(line))
      .on('SIGINT', () => this.#breakOff(new Stopped('SIGINT', 'nothing was stored')))
      // Ctrl-D, or a terminal that went away.
      .on('close', () => this.#breakOff(nothing(this.#left[0])));
  }

  ask(): void {
    const [question] = this.#left;
    if (question === undefined) return this.#end(() => this.#settle.resolve(this.#answers));
    this.#isHidden = false;
    this.#reader.setPrompt(questions[question](this.#server));
    this.#reader.prompt();
    this.#isHidden = question === 'password';
  }

  #answer(line: string): void {
    if (this.#isHidden) this.#output.write('\n');
    if (line === '') return this.#end(() => this.#settle.reject(nothing(this.#left[0])));
    this.#answers.push(line);
    this.#left.shift();
    this.ask();
  }

  #breakOff(error: Error): void {
    this.#end(() => {
      this.#output.write('\n');
      this.#settle.reject(error);
    });
  }

  #end(settle: () => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    settle();
    this.#reader.close();
  }
}

type Settle = {
  readonly resolve: (answers: readonly string[]) => void;
  readonly reject: (error: Error) => void;
};

const nothing = (what = 'account'): Refused =>
  new Refused('no-account', `no ${what} was given, so nothing was stored. Run it again`);

async function piped(asked: readonly Asked[], input: NodeJS.ReadableStream): Promise<readonly string[]> {
  let text = '';
  for await (const part of input.setEncoding('utf8')) text += String(part);
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  if (lines.length === asked.length && lines.every((line) => line !== '')) return lines;
  const [form, found] = [asked.length === 1 ? 'one line' : 'two lines', text === '' ? 0 : lines.length];
  throw new Refused(
    'no-account',
    `stdin has to hold ${form}, none empty: ${asked.join(' and ')}. It holds ${found}; nothing was stored`,
  );
}
