import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openLogFile } from '../../src/cli/log-file.ts';
import { openBench } from '../end-to-end/support/bench.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { until } from '../end-to-end/support/until.ts';

const directories: string[] = [];
const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'serversync-test-'));
  directories.push(directory);
  return directory;
};
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}`;
const linesOf = (file: string): readonly string[] => readFileSync(file, 'utf8').trimEnd().split('\n');

test('each line of a log has its time, once', async () => {
  const file = join(newDirectory(), 'made', 'sync.log');
  const log = await openLogFile(file);
  log.line('watching 2 servers');
  log.line('2026-11-29 02:00:00  swept contacts');
  await log.close();
  const [first, second] = linesOf(file);
  expect(first).toMatch(new RegExp(`^${time}watching 2 servers$`));
  expect(second).toBe('2026-11-29 02:00:00  swept contacts');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a log goes on where it was, and is moved aside by size: never more files, nor larger ones, than it may have', async () => {
  const directory = newDirectory();
  const file = join(directory, 'sync.log');
  writeFileSync(file, 'of before\n');
  const log = await openLogFile(file, { bytes: 2_000, kept: 3 });
  const written = Array.from({ length: 400 }, (_, at) => `line ${at}`);
  for (const line of written) log.line(line);
  await log.close();
  expect(readdirSync(directory).toSorted()).toEqual(['sync.log', 'sync.log.1', 'sync.log.2', 'sync.log.3']);
  for (const name of readdirSync(directory))
    expect(statSync(join(directory, name)).size).toBeLessThan(2_000 + 100);
  // The latest are kept, in their order.
  const left = ['sync.log.3', 'sync.log.2', 'sync.log.1', 'sync.log'].flatMap((name) =>
    linesOf(join(directory, name)),
  );
  const words = left.map((line) => line.replace(new RegExp(`^${time}`), ''));
  expect(words).toEqual(written.slice(-words.length));
});

test('a log that cannot be opened is refused before anything is done', async () => {
  const file = join(newDirectory(), 'taken', 'sync.log');
  writeFileSync(join(file, '..', '..', 'taken'), '');
  await expect(openLogFile(file)).rejects.toThrow(/cannot be written \(E.*--log/);
});

test('run --watch --log writes its lines there, without a value of a record, and says how it ended', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 5) }, branch: {} } });
  const file = join(bench.directory, 'sync.log');
  const running = bench.start('run', '--watch', '--log', file, '--json');
  await until(() => bench.branch.byKey.size === 5, running.ended);
  running.child.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect([code, lastObject(stdout)]).toEqual([0, expect.objectContaining({ exitCode: 0, pending: 0 })]);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(new RegExp(`^${time}watching 2 servers`));
  expect(text).toContain('stopped: nothing is under way');
  expect(stderr).not.toContain('watching');
  expect(text).not.toContain('contact 1');
});

test('what keeps a run from starting is in the log too', async () => {
  await using bench = await openBench({ offices: { hq: {}, branch: {} } });
  const file = join(bench.directory, 'sync.log');
  writeFileSync(bench.configFile, 'version: 2\n');
  const { code, stderr } = await bench.command('run', '--watch', '--log', file);
  expect([code, stderr]).toEqual([2, expect.stringContaining('the configuration has')]);
  expect(readFileSync(file, 'utf8')).toMatch(/serversync: the configuration has [\s\S]*\(exit code 2\)/);
});
