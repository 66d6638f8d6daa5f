/** Bars and lines of what is read and compared, for commands that write little or nothing; all events are added up. */
import type { EngineEvent } from '../engine/events.ts';
import type { Output } from './output.ts';
import { openProgress } from './progress.ts';
import { Tally } from './tally.ts';

export type ReadingProgress = {
  readonly tally: Tally;
  readonly report: (event: EngineEvent) => void;
  /** Takes the bars away; safe to call twice. */
  readonly end: () => void;
};

export function readingProgress(output: Output): ReadingProgress {
  const tally = new Tally();
  const progress = openProgress(output);
  const report = (event: EngineEvent): void => {
    tally.add(event);
    if (event.kind === 'read' || event.kind === 'retrying') progress.show(event, tally);
  };
  return { tally, report, end: progress.end };
}
