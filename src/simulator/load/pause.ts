/** Time that a simulated server takes. */
import type { Simulation } from '../simulation.ts';

const forever = new AbortController().signal;

export async function pause({ host }: Simulation, ms: number): Promise<void> {
  if (ms > 0) await host.time.sleep(ms, forever);
}
