/** What a process with the engine is started with, and what it tells at its end. */
import { z } from 'zod';

/** `tick`: one look at each server for what changed, as a schedule on AWS makes it, and nothing else. */
export const engineModes = ['run', 'watch', 'tick', 'verify', 'sweep'] as const;

export const engineGiven = z.object({
  mode: z.enum(engineModes),
  configFile: z.string(),
  stateDirectory: z.string(),
});

export const engineTold = z.object({
  exitCode: z.number(),
  /** From reading the configuration to the last session logged out, on the clock that all processes share. */
  startedAt: z.number(),
  endedAt: z.number(),
  /** Of the processor meanwhile; `loadCpuMs` is what went before, the start of Node and the loading of modules. */
  cpuMs: z.number(),
  loadCpuMs: z.number(),
  peakMb: z.number(),
  state: z.object({ calls: z.number(), turns: z.number(), byName: z.record(z.string(), z.number()) }),
  rows: z.number(),
});
export type EngineTold = z.infer<typeof engineTold>;
