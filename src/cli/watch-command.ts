/** `serversync run --watch`: reads and writes by the schedule until it is stopped. */
import { defaultSchedule, watch } from '../engine/watch.ts';
import type { Configuration } from '../config/configuration.ts';
import type { EngineEvent } from '../engine/events.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { LagSampler } from './lag-sampler.ts';
import { openProgress } from './progress.ts';
import { apiOf } from '../composition/server-reasons.ts';
import { overviewOf } from '../composition/overview.ts';
import { eventLines } from './event-lines.ts';
import { RunLog } from './run-log.ts';
import { systemClock } from '../composition/system-clock.ts';
import { Tally } from './tally.ts';
import type { RunOptions } from './run-command.ts';
import { duration } from '../composition/words.ts';
import { Waking } from './webhooks/waking.ts';
import { localTime } from './words.ts';
import { openWorkplace } from './workplace.ts';

/** Throws ConfigurationError, StateFileError and ServerError of what keeps it from starting. */
export async function watchCommand(options: RunOptions): Promise<ExitCode> {
  const { output, signal } = options;
  const tally = new Tally();
  let waking: Waking | undefined;
  const progress = openProgress({ ...output, terminal: false });
  const timed = (line: string): void => output.line(`${localTime(systemClock.now())}  ${line}`);
  let servers: Configuration['servers'] = [];
  const report = (event: EngineEvent): void => {
    tally.add(event);
    progress.show(event, tally);
    waking?.hear(event);
    for (const line of eventLines(event, (server) => apiOf({ servers }, server))) timed(line);
  };
  const workplace = await openWorkplace({ ...options, report });
  const { engine, configuration, state, close } = workplace;
  servers = configuration.servers;
  try {
    const { enumerateMs, sweep } = configuration.schedule;
    output.line(`watching ${servers.length} servers, every ${duration(enumerateMs)}; Ctrl-C ends it`);
    const log = new RunLog(state.control, tally);
    await log.save();
    const { control, lagSamples } = state;
    const sampler = new LagSampler({ configuration, control, lagSamples, tally });
    const failed = new AbortController();
    const over = new AbortController();
    const saving = log.keepSaving(over.signal).catch((error: unknown) => failed.abort(error));
    const stop = AbortSignal.any([signal, failed.signal]);
    const woken = new Waking({ workplace, environment: options.environment, line: timed });
    waking = woken;
    try {
      const schedule = { ...defaultSchedule, enumerateMs, sweep };
      await sampler.during(() => woken.during((wake) => watch(engine, schedule, stop, wake)));
    } finally {
      over.abort();
      await saving;
    }
    failed.signal.throwIfAborted();
    await log.save(systemClock.now());
    const overview = await overviewOf(configuration, state, systemClock.now());
    output.json(() => ({ exitCode: exitCodes.inStep, ...overview }));
    output.line('stopped: nothing is under way, what waits is kept');
    return exitCodes.inStep;
  } finally {
    await close();
  }
}
