import { expect, test } from 'vitest';
import { explainCommand } from '../../src/cli/explain-command.ts';

function explained(code?: string): { readonly lines: readonly string[]; readonly json: unknown } {
  const lines: string[] = [];
  let json: unknown;
  explainCommand(code, {
    terminal: false,
    line: (text) => lines.push(text),
    json: (make) => {
      json = make();
    },
  });
  return { lines, json };
}

test('a code is explained as it is copied from a message, in lines that fit a terminal', () => {
  const { lines, json } = explained('(server-unreachable)');
  expect(lines[0]).toBe('server-unreachable: when connecting to a server');
  expect(lines.join(' ')).toContain('What to do: See that the machine is on');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(json).toMatchObject({ exitCode: 0, entries: [{ code: 'server-unreachable' }] });
});

test('a word that is the code of several is explained as each of them', () => {
  expect(explained('paused').lines.filter((line) => line.startsWith('paused: '))).toEqual([
    'paused: during a run',
    'paused: what waits for you',
    'paused: what verify finds',
  ]);
  expect(explained('halt-moved').lines.filter((line) => !line.startsWith(' '))).toEqual([
    'moved: halts: a table waits for your answer',
  ]);
});

test('without a code all are listed, in lines that fit a terminal', () => {
  const { lines } = explained();
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.join(' ')).toContain('config-time-zone');
});

test('a code that is none is refused with the nearest that is one', () => {
  expect(() => explained('sever-unreachable')).toThrow('Did you mean server-unreachable?');
});
