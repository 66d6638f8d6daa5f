import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { stripVTControlCharacters as plain } from 'node:util';
import { describe, expect, test } from 'vitest';
import { readAccount } from '../../src/cli/account-input.ts';

/** A terminal at which somebody types; what is shown there is kept. */
class Terminal {
  readonly input = Object.assign(new PassThrough(), { isTTY: true });
  readonly output = new PassThrough();
  #shown = '';

  constructor() {
    this.output.setEncoding('utf8').on('data', (text: string) => (this.#shown += text));
  }

  get shown(): string {
    return this.#shown;
  }

  async type(...parts: readonly string[]): Promise<void> {
    for (const part of parts) {
      this.input.write(part);
      await nextTurn();
      await nextTurn();
    }
  }
}

const ctrlC = '\u0003';
const ctrlD = '\u0004';
const ctrlT = '\u0014';
const up = '\u001B[A';

describe('an account that is typed', () => {
  test.each([
    { how: 'key by key', parts: 'sync\ropen-sesame\r'.split('') },
    { how: 'pasted in one', parts: ['sync\ropen-sesame\r'] },
    { how: 'pasted with ends of lines of Windows', parts: ['sync\r\nopen-sesame\r\n'] },
    { how: 'with corrections', parts: ['sinc\u007F\u007F\u007F', 'ync\r', 'open-sesamx\u007Fe\r'] },
    {
      how: 'with keys that elsewhere show what was typed',
      parts: ['sync\r', `${up}open-${ctrlT}sesame`, '\r'],
    },
  ])('$how is read, and the password is not shown', async ({ parts }) => {
    const terminal = new Terminal();
    const reading = readAccount('hq', undefined, terminal);
    await terminal.type(...parts);
    expect(await reading).toEqual({ username: 'sync', password: 'open-sesame' });
    await nextTurn();
    expect(terminal.shown).toContain('Account name on hq: ');
    expect(plain(terminal.shown)).toMatch(/ync/);
    expect(terminal.shown).toContain('Password on hq (not shown): ');
    // Neither as a whole nor a letter at a time.
    expect(plain(terminal.shown).split('(not shown): ').at(-1)).toBe('\n');
  });

  test('is asked for the password alone where the account name is given', async () => {
    const terminal = new Terminal();
    const reading = readAccount('hq', 'sync', terminal);
    await terminal.type(' pass word \r');
    expect(await reading).toEqual({ username: 'sync', password: ' pass word ' });
    expect(terminal.shown).not.toContain('Account name');
  });

  test.each([
    {
      when: 'Ctrl-C at the account name',
      typed: ['sy', ctrlC],
      says: 'stopped by SIGINT: nothing was stored',
    },
    {
      when: 'Ctrl-C at the password',
      typed: ['sync\r', 'half', ctrlC],
      says: 'stopped by SIGINT: nothing was stored',
    },
    {
      when: 'Ctrl-D at the account name',
      typed: [ctrlD],
      says: 'no account name was given, so nothing was stored',
    },
    {
      when: 'Ctrl-D at the password',
      typed: ['sync\r', ctrlD],
      says: 'no password was given, so nothing was stored',
    },
    { when: 'an empty account name', typed: ['\r'], says: 'no account name was given' },
    { when: 'an empty password', typed: ['sync\r', '\r'], says: 'no password was given' },
  ])('is not taken after $when, and says so', async ({ typed, says }) => {
    const terminal = new Terminal();
    const reading = readAccount('hq', undefined, terminal).catch((error: unknown) => error);
    await terminal.type(...typed);
    const error = await reading;
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain(says);
    expect(String(error) + terminal.shown).not.toContain('half');
    // What is said next begins a line of its own.
    await nextTurn();
    expect(terminal.shown).toMatch(/\n$/);
  });

  test('is not taken where the terminal goes away', async () => {
    const terminal = new Terminal();
    const reading = readAccount('hq', 'sync', terminal);
    terminal.input.end();
    await expect(reading).rejects.toThrow('no password was given');
  });
});

const piped = (text: string, username?: string) => {
  const input = new PassThrough();
  input.end(text);
  return readAccount('hq', username, { input, output: new PassThrough() });
};

describe('an account that is piped', () => {
  test.each([
    ['sync\nopen-sesame\n', undefined],
    ['sync\r\nopen-sesame\r\n', undefined],
    ['\uFEFFsync\nopen-sesame', undefined],
    ['open-sesame\n', 'sync'],
  ])('as %j is read', async (text, username) => {
    expect(await piped(text, username)).toEqual({ username: 'sync', password: 'open-sesame' });
  });

  test('keeps blanks, which a password may have at its ends', async () => {
    expect(await piped(' a b \n', 'sync')).toEqual({ username: 'sync', password: ' a b ' });
  });

  test.each([
    ['', undefined, /two lines.* account name and password.* holds 0/],
    ['open-sesame\n', undefined, /two lines.* holds 1/],
    ['sync\n\n', undefined, /two lines, none empty/],
    ['\nopen-sesame\n', undefined, /two lines, none empty/],
    ['sync\nopen-sesame\nmore\n', undefined, /two lines.* holds 3/],
    ['sync\nopen-sesame\n', 'sync', /one line, none empty: password.* holds 2/],
    ['\n', 'sync', /one line, none empty/],
  ])('as %j is refused without a word of it', async (text, username, says) => {
    const error = await piped(text, username).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(says);
    expect(String(error)).not.toContain('open-sesame');
  });
});
