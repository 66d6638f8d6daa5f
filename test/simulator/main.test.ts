import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Client, recordsOf } from './client.ts';

const start = (...args: string[]): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/simulator/main.ts', ...args]);

async function urlOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [line] = await once(child.stdout, 'data');
  return z.object({ url: z.string() }).parse(JSON.parse(String(line))).url;
}

const description = `
accounts: [{ name: sync, password: sync }]
databases:
  - name: Main
    tables: [{ name: T, fields: [{ name: a, type: text }], rows: [{ a: x }] }]
    layouts: [{ name: L, table: T }]
`;

test('a description from stdin is served, and SIGTERM ends the process with 0', async () => {
  const child = start('--file', '-');
  child.stdin.end(description);
  const client = new Client(await urlOf(child));
  const token = await client.login();
  const listed = await client.send('GET', '/fmi/data/v2/databases/Main/layouts/L/records', { token });
  expect(recordsOf(listed)[0]?.fieldData).toEqual({ a: 'x' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('with --with-parent the practice server ends when stdin closes', async () => {
  const child = start('--with-parent');
  const client = new Client(await urlOf(child));
  expect((await client.tryLogin()).code).toBe('0');
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a description with a fault is refused by path before anything listens', async () => {
  const child = start('--file', '-');
  child.stdin.end(description.replace('type: text', 'type: txt'));
  const [fault] = await once(child.stderr, 'data');
  expect(String(fault)).toContain('databases[0].tables[0].fields[0].type');
  expect(await once(child, 'exit')).toEqual([1, null]);
});
