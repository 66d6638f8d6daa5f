/** What sessions of the source and of the busiest receiver were busy with in each tenth of a second: where time is lost, and how. */
import { slotMs } from '../src/simulator/busy.ts';
import type { BusySlot } from './office-calls.ts';

const text = (slot: BusySlot | undefined): string =>
  Object.entries(slot?.busyMs ?? {})
    .map(([kind, ms]) => `${kind} ${Math.round(ms)}`)
    .join(', ');

/** A line for each tenth of a second from `from` on: milliseconds of busy sessions, of which so many are there as sessions × 100. */
export function timelineLines(
  from: number,
  source: readonly BusySlot[],
  receiver: readonly BusySlot[],
): readonly string[] {
  const numbered = (slots: readonly BusySlot[]) =>
    new Map(slots.map((slot) => [Math.round((slot.at - from) / slotMs), slot]));
  const [reading, writing] = [numbered(source), numbered(receiver)];
  const last = Math.max(-1, ...reading.keys(), ...writing.keys());
  return Array.from({ length: last + 1 }, (_, at) =>
    `${String(at * slotMs).padStart(7)} ms  ${text(reading.get(at)).padEnd(28)}  ${text(writing.get(at))}`.trimEnd(),
  );
}
