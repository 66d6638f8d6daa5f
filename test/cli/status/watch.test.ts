import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { watchStatusCommand } from '../../../src/cli/status-watch.ts';
import { openBench } from '../../end-to-end/support/bench.ts';
import { rows } from '../../end-to-end/support/rows.ts';
import { until } from '../../end-to-end/support/until.ts';

const common = { stateDirectory: undefined, examples: false, limit: 20 };

/** As a terminal's stream is: what it writes, it writes as itself. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 80;
  readonly rows = 9;
  readonly drawn: string[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.drawn.push(chunk.toString());
    done();
  }
}

test('status --watch draws what is so, again and again, no more lines than there is room, until it is ended', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 3) }, branch: {} } });
  await bench.run();
  const screen = new Terminal();
  const { drawn } = screen;
  const stop = new AbortController();
  const { configFile } = bench;
  const watching = watchStatusCommand({ ...common, configFile, screen, signal: stop.signal });
  await until(() => drawn.length >= 2, watching);
  stop.abort(new Error('ended by the test'));
  expect(await watching).toBe(0);
  const lines = stripVTControlCharacters(drawn[1] ?? '')
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(8);
  expect(lines.some((line) => /^contacts +branch +none +\d+ s ago +0 +0 +0 +ok$/.test(line))).toBe(true);
  expect(lines.at(-1)).toMatch(/^… \d+ more lines: serversync status$/);
});

test('status --watch without a terminal says what to do instead', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'serversync-test-'));
  const configFile = join(directory, 'serversync.yaml');
  await writeFile(configFile, '');
  const screen = { isTTY: false, columns: 80, rows: 24, write: () => undefined };
  const { signal } = new AbortController();
  await expect(watchStatusCommand({ ...common, configFile, screen, signal })).rejects.toMatchObject({
    code: 'no-terminal',
    message: expect.stringContaining('leave --watch out'),
  });
  await rm(directory, { recursive: true });
});
