/**
 * The engine in a process of its own, over SQLite and the real connector. Tells what it took as one line of JSON.
 *
 *   node engine-process.ts '{"mode": "run", "configFile": "…", "stateDirectory": "…"}'
 *
 * `watch` ends when it is sent a message.
 */
import { once } from 'node:events';
import { enableCompileCache } from 'node:module';
import type { VerifyJson } from '../src/cli/verify-command.ts';
import { engineGiven } from './engine-calls.ts';
import { Operations } from './operations.ts';
import { instant, printResult } from './processes.ts';

enableCompileCache();
const { runCommand } = await import('../src/cli/run-command.ts');
const { verifyCommand } = await import('../src/cli/verify-command.ts');
const { defaultSchedule, watch } = await import('../src/engine/watch.ts');
const { runOnce, sweepOnce } = await import('../src/engine/run.ts');
const { onAndOn } = await import('../src/engine/meet.ts');
const { readServer } = await import('../src/engine/read-server.ts');
const { readingInTurn } = await import('../src/engine/reading-turn.ts');
const { storedPlaces } = await import('../src/engine/stored-place.ts');
type Work = Parameters<typeof runCommand>[1];

const given = engineGiven.parse(JSON.parse(process.argv[2] ?? ''));
const operations = new Operations();
let rows = 0;
const options = {
  configFile: given.configFile,
  stateDirectory: given.stateDirectory,
  environment: process.env,
  output: { terminal: false, line: () => undefined, json: () => undefined },
  signal: new AbortController().signal,
};
const nothingFailed = { failures: new Map(), halted: [] };

const works: Readonly<Record<Exclude<typeof given.mode, 'verify'>, Work>> = {
  run: ({ engine }, signal) => runOnce(operations.counted(engine), signal),
  sweep: ({ engine }, signal) => sweepOnce(operations.counted(engine), { server: 'hq' }, signal),
  watch: async ({ engine, configuration }) => {
    const stop = new AbortController();
    void once(process, 'message').then(() => stop.abort());
    const { enumerateMs, sweep } = configuration.schedule;
    process.send?.('watching');
    await watch(operations.counted(engine), { ...defaultSchedule, enumerateMs, sweep }, stop.signal);
    return nothingFailed;
  },
  tick: async ({ engine }, signal) => {
    const counted = operations.counted(engine);
    const lease = { holder: 'bench', leaseMs: 180_000 };
    for (const server of engine.servers.keys()) {
      const stored = await storedPlaces(counted, server, [...engine.tables.keys()]);
      await readingInTurn(counted, server, lease, (turn) =>
        readServer(counted, server, { pace: onAndOn, recheck: false, turn, stored }, signal),
      );
    }
    return nothingFailed;
  },
};

function found({ compared }: VerifyJson): void {
  for (const one of compared) if ('rows' in one) rows += one.rows;
}

async function verified(): Promise<number> {
  const how = { chosen: {}, repair: false, dryRun: false, limit: 10, examples: false };
  return verifyCommand({ ...options, ...how, found });
}

async function ran(work: Work): Promise<number> {
  const { exitCode, tally } = await runCommand(options, work);
  rows = tally.sum('created') + tally.sum('updated') + tally.sum('removed');
  return exitCode;
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const loadCpuMs = cpuMs();
const startedAt = instant();
const exitCode = await (given.mode === 'verify' ? verified() : ran(works[given.mode]));
printResult({
  exitCode,
  startedAt,
  endedAt: instant(),
  cpuMs: cpuMs() - loadCpuMs,
  loadCpuMs,
  peakMb: process.resourceUsage().maxRSS / 1024,
  state: {
    calls: operations.calls,
    turns: operations.turns,
    byName: Object.fromEntries(operations.byName),
  },
  rows,
});
if (process.connected) process.disconnect();
