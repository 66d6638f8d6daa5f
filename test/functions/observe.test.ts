/** What a function tells of an event: the level of its line, and whether the alarm for a person counts it. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../../src/engine/events.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { metricsIn } from '../deployed/lambda-host/logs.ts';

beforeAll(() => {
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'ServerSync');
  vi.stubEnv('POWERTOOLS_TRACE_ENABLED', 'false');
  vi.stubEnv('SERVERSYNC_INSTALLATION', 'Test');
});
afterAll(() => void vi.unstubAllEnvs());

/** The lines that are written when the event is reported. */
async function linesOf(event: EngineEvent): Promise<readonly string[]> {
  const { report } = await import('../../functions/observe.ts');
  const written: string[] = [];
  const keep = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(keep),
  );
  try {
    report(event);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return written.flatMap((text) => text.split('\n'));
}

const error = new ServerError('layout-missing', 'hq', 'the layout is missing: create it there');

test.each([
  ['log-unreadable', 'which nothing else shows', 'ERROR', ['Unusual']],
  ['server-failed', 'which other figures show', 'WARN', []],
] as const)('%s, %s, is told at level %s', async (kind, _why, level, figures) => {
  const lines = await linesOf({ kind, table: 'contacts', server: 'hq', error });
  const line = lines.find((text) => text.includes(kind)) ?? '';
  expect([line.includes(`"level":"${level}"`), line.includes('create it there')]).toEqual([true, true]);
  const counted = metricsIn(lines.map((text) => ({ functionName: '', sandbox: 1, stream: 'stdout', text })));
  expect(counted.map(({ name }) => name)).toEqual(figures);
});
