/**
 * How fast a first sync is, as figures and ratios: against a plain loop of an npm client, against the floor that the
 * server's own time sets, and in memory against the number of rows.
 *
 *   npm run bench [-- --rows 5000] [-- --large 100000]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { toolOptions } from '../test/support/tool-options.ts';
import { withPair } from './pair.ts';

const howMany = z.coerce.number().int().positive();
const { rows, large } = toolOptions(
  z.object({ rows: howMany.default(5000), large: howMany.default(100_000) }),
);

const result = z.object({
  created: z.number(),
  /** From the configuration to the last session logged out. */
  tookMs: z.number(),
  exitCode: z.number().optional(),
  cpuMs: z.number().optional(),
  peakMb: z.number().optional(),
});

/** Runs a script of this folder under the same Node; `wallMs` is the whole process. */
async function measured(script: string, args: readonly string[]) {
  const started = performance.now();
  const path = fileURLToPath(new URL(script, import.meta.url));
  const account = { USERNAME: 'sync', PASSWORD: 'sync' };
  const accounts = Object.entries(account).flatMap(([name, value]) => [
    [`SERVERSYNC_HQ_${name}`, value],
    [`SERVERSYNC_BRANCH_${name}`, value],
  ]);
  const child = spawn(process.execPath, [...process.execArgv, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...Object.fromEntries(accounts) },
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return { ...result.parse(JSON.parse(output)), wallMs: performance.now() - started };
}

const sync = (count: number, createMs: number, sessions: number) =>
  withPair(count, createMs, sessions, async ({ configFile, branch }) => {
    const run = await measured('./sync-process.ts', [configFile]);
    const held = (await branch.records('Cities')).length;
    if (run.exitCode !== 0 || held !== count)
      throw new Error(`expected ${count} records, branch holds ${held}`);
    return run;
  });

const plainLoop = (count: number, createMs: number) =>
  withPair(count, createMs, 1, ({ hq, branch }) => measured('./plain-loop.ts', [hq.url, branch.url]));

const perSecond = (count: number, ms: number): string => `${Math.round((count * 1000) / ms)} records/s`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(
  `${availableParallelism()} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

say(`\n${rows} rows into an empty server, no latency:`);
const fast = await sync(rows, 0, 8);
const loop = await plainLoop(rows, 0);
say(
  `  serversync   ${perSecond(rows, fast.tookMs)} (${seconds(fast.tookMs)}; with the start of Node ${seconds(fast.wallMs)})`,
);
say(
  `  plain loop   ${perSecond(rows, loop.tookMs)} (${seconds(loop.tookMs)}; with the start of Node ${seconds(loop.wallMs)})`,
);
say(`  ratio        ${(loop.tookMs / fast.tookMs).toFixed(2)} times the plain loop`);

const floorMs = (rows * 20) / 8;
const slow = await sync(rows, 20, 8);
say(`\n${rows} rows, 20 ms on each write, 8 sessions:`);
say(`  floor        ${seconds(floorMs)} (rows x 20 ms / 8)`);
say(
  `  serversync   ${seconds(slow.tookMs)}, ${(slow.tookMs / floorMs).toFixed(3)} times the floor (with the start of Node ${seconds(slow.wallMs)})`,
);

if (large > rows) {
  say(`\nmemory of the sync process, at its peak:`);
  say(`  ${rows} rows  ${fast.peakMb?.toFixed(0)} MB`);
  for (const count of [Math.round(large / 5), large]) {
    const many = await sync(count, 0, 8);
    const ratio = ((many.peakMb ?? 0) / (fast.peakMb ?? 1)).toFixed(2);
    say(
      `  ${count} rows  ${many.peakMb?.toFixed(0)} MB, ${ratio} times as much; ${perSecond(count, many.tookMs)}`,
    );
  }
}
