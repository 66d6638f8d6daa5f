/** One `run --once` in a process of its own; prints what it took as one line of JSON. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runOnceCommand } = await import('../src/cli/run-command.ts');

const [configFile = 'serversync.yaml'] = process.argv.slice(2);
const started = performance.now();
const { exitCode, tally } = await runOnceCommand({
  configFile,
  stateDirectory: undefined,
  environment: process.env,
  output: { terminal: false, line: () => undefined, json: () => undefined },
  signal: new AbortController().signal,
});
const { maxRSS, userCPUTime } = process.resourceUsage();
process.stdout.write(
  `${JSON.stringify({
    exitCode,
    created: tally.sum('created'),
    tookMs: performance.now() - started,
    cpuMs: userCPUTime / 1000,
    peakMb: maxRSS / 1024,
  })}\n`,
);
