/** The tables as one process works on them, which asks every server itself. */
import type { Configuration } from '../config/configuration.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { ResolvedTable } from '../config/resolve.ts';
import type { ServerName } from '../core/names.ts';
import type { Engine } from '../engine/engine.ts';
import type { Server } from '../ports/server.ts';
import { askedFor, keepLayouts, liveLayouts } from './known-layouts.ts';
import { haltDrifted, tablesBy, tellCalledOtherwise } from './known-tables.ts';
import { Standstills } from './paused-places.ts';

export type LocalTables = Pick<Engine, 'control' | 'clock' | 'report'> & {
  readonly servers: ReadonlyMap<ServerName, Server>;
  /** Binds the state to these servers. */
  readonly bind: () => void;
  readonly signal: AbortSignal;
};

/**
 * A server that cannot be reached now, or is paused, is taken to have the layouts that it had when it last could; one whose layout is
 * otherwise than a table was worked on with is halted for that table. Throws ConfigurationError, ServerError.
 */
export async function localTables(
  configuration: Configuration,
  { servers, bind, signal, ...ports }: LocalTables,
): Promise<readonly ResolvedTable[]> {
  const stands = await Standstills.read(configuration, ports.control, ports.clock.now());
  const mayAsk = askedFor(configuration, stands);
  const layouts = await liveLayouts(configuration, servers, { lists: ports.control, mayAsk, signal });
  const known = await tablesBy(configuration, layouts, ports.control);
  const problems = known.mistakes.flatMap((mistake) => mistake.problems);
  if (problems.length > 0) throw new ConfigurationError(problems);
  bind();
  // Only now: before the binding, what a server showed may be that of another one under its name.
  await keepLayouts(configuration, layouts, known.drifted, ports.control);
  await haltDrifted(configuration, layouts, known, ports);
  tellCalledOtherwise(configuration, layouts, known, ports.report);
  return known.tables;
}
