/** How busy this process is. */
import { performance } from 'node:perf_hooks';

/** The part of the time since it was asked last in which the event loop was at work. */
export function businessOfProcess(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
