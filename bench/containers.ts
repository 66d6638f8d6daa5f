/**
 * A large file in a container, from one simulated server to another: how long it takes, and the memory of the process that carries it at
 * its peak (VmHWM, Linux alone). The servers run in this process, ServerSync in one of its own, built as users get it where `npm run
 * prepack` was run before, else from its sources.
 *
 *   npm run bench:containers [-- --megabytes 500 --receivers 1]
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { openBench } from '../test/end-to-end/support/bench.ts';
import { fileAt, fileOn, pictureFields, withPictures } from '../test/end-to-end/support/pictures.ts';
import { rows } from '../test/end-to-end/support/rows.ts';
import { toolOptions } from '../test/support/tool-options.ts';

const whole = (standard: number, least: number, most: number, what: string) =>
  z.coerce.number().int().min(least).max(most).default(standard).describe(what);

const { megabytes, receivers } = toolOptions(
  z.object({
    megabytes: whole(500, 1, 1000, 'size of the file, MB, a whole number from 1 to 1000 (default: 500)'),
    receivers: whole(1, 1, 5, 'servers that get it, a whole number from 1 to 5 (default: 1)'),
  }),
);

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const built = at('../dist/serversync.mjs');
const program = existsSync(built) ? built : at('../src/cli/main.ts');

const names = Array.from({ length: receivers }, (_, index) => (index === 0 ? 'branch' : `shop${index}`));
const empty = Object.fromEntries(names.map((name) => [name, { fields: pictureFields }]));
await using bench = await openBench({
  offices: { hq: { fields: pictureFields, rows: rows(0, 10) }, ...empty },
  table: withPictures,
});
await bench.configure((one) => ({ ...one, containers: { limit: '1 GB' } }));

type Run = { readonly code: number | null; readonly seconds: number; readonly peak: number };

function peakOf(pid: number | undefined): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1000;
  } catch {
    // It is over, or this is no Linux.
    return 0;
  }
}

async function run(): Promise<Run> {
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--max-semi-space-size=64',
      program,
      'run',
      '--once',
      '--config',
      bench.configFile,
    ],
    { env: { ...process.env, ...bench.environment }, stdio: 'inherit' },
  );
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, 10);
  const code = await new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  clearInterval(watch);
  return { code, seconds: (performance.now() - begun) / 1000, peak };
}

const line = (what: string, { code, seconds, peak }: Run): void =>
  console.log(`${what}: exit code ${code}, ${seconds.toFixed(1)} s, at most ${peak.toFixed(0)} MB of memory`);

const sum = (kind: 'download' | 'upload'): number =>
  [...bench.offices.values()].reduce((total, { stats }) => total + stats.requests[kind], 0);

const requests = (): string =>
  `${sum('download')} downloads (two for a file: one gives the cookie), ${sum('upload')} uploads`;

console.log(`ServerSync from ${program}`);
line('without a file', await run());
bench.hq.edit('K-00001', { picture: fileOn(bench.hq, 'film.mov', megabytes * 1e6, 1, 'video/quicktime') });
bench.resetCounters();
line(`with a file of ${megabytes} MB`, await run());
console.log(requests());
const wanted = await fileAt(bench.hq, 'K-00001', 'picture');
for (const name of names) {
  const got = await fileAt(bench.office(name), 'K-00001', 'picture');
  console.log(`${name}: ${JSON.stringify(got)}: ${got?.sha256 === wanted?.sha256 ? 'the same' : 'ANOTHER'}`);
}
bench.resetCounters();
line('once more', await run());
console.log(requests());
