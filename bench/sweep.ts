/**
 * How fast a sweep is that finds nothing, and how much memory it takes against the number of rows held.
 *
 *   npm run bench:sweep [-- --rows 1000000]        that many rows alone; default: 100,000, 300,000 and 1,000,000
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { toolOptions } from '../test/support/tool-options.ts';
import { writeConfiguration } from './swept-tables.ts';

const { rows: given } = toolOptions(z.object({ rows: z.coerce.number().int().positive().optional() }));
const sizes = given === undefined ? [100_000, 300_000, 1_000_000] : [given];

const result = z.object({
  swept: z.literal('done'),
  counts: z.looseObject({
    rows: z.number(),
    changed: z.literal(0),
    absent: z.literal(0),
    putBack: z.literal(0),
  }),
  tookMs: z.number(),
  cpuMs: z.number(),
  peakMb: z.number(),
});

function started(script: string, ...args: readonly string[]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return spawn(process.execPath, [...process.execArgv, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function outputOf(script: string, ...args: readonly string[]): Promise<string> {
  const child = started(script, ...args);
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${script} ended with ${code}`);
  return output;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function measure(rows: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'serversync-bench-'));
  const server = started('./generated-server.ts', String(rows));
  try {
    const [url] = await once(createInterface(server.stdout), 'line');
    await writeConfiguration(directory, url, false);
    await outputOf('./fill-state.ts', directory, String(rows));
    for (const isThin of [false, true]) {
      await writeConfiguration(directory, url, isThin);
      const { counts, tookMs, cpuMs, peakMb } = result.parse(
        JSON.parse(await outputOf('./sweep-process.ts', directory)),
      );
      if (counts.rows !== rows) throw new Error(`expected ${rows} rows, ${counts.rows} were listed`);
      const perSecond = Math.round((rows * 1000) / tookMs).toLocaleString('en-US');
      say(
        `${rows.toLocaleString('en-US').padStart(9)} rows, by ${isThin ? 'sweepLayout' : 'layout     '}: ` +
          `${(tookMs / 1000).toFixed(1)} s, ${perSecond} rows/s, ${(cpuMs / 1000).toFixed(1)} s of CPU, ` +
          `peak ${peakMb.toFixed(0)} MB`,
      );
    }
  } finally {
    server.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

say(
  `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
);
for (const rows of sizes) await measure(rows);
