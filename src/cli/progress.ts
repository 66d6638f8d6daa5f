/**
 * How far a run is: bars on a terminal, a plain line now and then elsewhere. Long silence looks like a hang, and many
 * lines like trouble; so a line for each tenth of the way, at most.
 */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { EngineEvent } from '../engine/events.ts';
import type { Output } from './output.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Tally } from './tally.ts';
import { count } from '../composition/words.ts';

export type Progress = {
  readonly show: (event: EngineEvent, tally: Tally) => void;
  /** Takes the bars away; safe to call twice. */
  readonly end: () => void;
};

/** Between two lines about a server that does not answer, ms: its tries may follow each other fast. */
const retryLineMs = 20_000;

/** What is said of a server that makes us wait; undefined where that was said just now. */
function waitingLine(event: EngineEvent, said: Map<string, number>): string | undefined {
  if (event.kind !== 'retrying') return undefined;
  const now = systemClock.now();
  if (now - (said.get(event.server) ?? 0) < retryLineMs) return undefined;
  said.set(event.server, now);
  return `server ${event.server} does not answer as it should (${event.code}): trying again`;
}

type Step = { readonly name: string; readonly done: number; readonly total: number };

export const openProgress = (output: Output): Progress =>
  output.terminal ? bars() : lines((text) => output.line(text));

const verbs: Readonly<Record<string, string>> = {
  'first-meeting': 'comparing',
  sweep: 'sweeping',
  verify: 'comparing',
};

/** What an event moves; undefined where nothing worth showing. */
function stepOf(event: EngineEvent, tally: Tally, read: Map<string, number>): Step | undefined {
  if (event.kind === 'read') {
    const verb = verbs[event.phase] ?? 'reading';
    const name = `${event.table}: ${verb} ${event.server}`;
    const done = (read.get(name) ?? 0) + event.records;
    read.set(name, done);
    return { name, done, total: Math.max(done, event.total) };
  }
  if (event.kind !== 'batched' && event.kind !== 'delivered') return undefined;
  const { batched, delivered, parked } = tally.of(event.table, event.server);
  const done = Math.min(batched, delivered + parked);
  return { name: `${event.table}: writing ${event.server}`, done, total: batched };
}

const formatValue = (value: number): string => value.toLocaleString('en-US');

function bars(): Progress {
  const read = new Map<string, number>();
  const said = new Map<string, number>();
  const shown = new Map<string, SingleBar>();
  const format = ' {name} {bar} {value} of {total}';
  const all = new MultiBar(
    { format, formatValue, barsize: 20, hideCursor: true, clearOnComplete: false, fps: 10 },
    Presets.shades_grey,
  );
  let ended = false;
  return {
    show: (event, tally) => {
      if (ended) return;
      const waiting = waitingLine(event, said);
      if (waiting !== undefined) all.log(`${waiting}\n`);
      const step = stepOf(event, tally, read);
      if (step === undefined || step.total === 0) return;
      const bar = shown.get(step.name) ?? all.create(step.total, 0, { name: step.name.padEnd(28) });
      shown.set(step.name, bar);
      bar.setTotal(step.total);
      bar.update(step.done);
    },
    end: () => {
      ended = true;
      all.stop();
    },
  };
}

/** Fewer records than this are done before anybody wonders. */
const worthALine = 1000;

function lines(line: (text: string) => void): Progress {
  const read = new Map<string, number>();
  const said = new Map<string, number>();
  const tenths = new Map<string, number>();
  return {
    show: (event, tally) => {
      const waiting = waitingLine(event, said);
      if (waiting !== undefined) line(waiting);
      const step = stepOf(event, tally, read);
      if (step === undefined || step.total < worthALine) return;
      const tenth = Math.floor((step.done * 10) / step.total);
      if (tenth <= (tenths.get(step.name) ?? 0)) return;
      tenths.set(step.name, tenth);
      line(`${step.name}: ${step.done.toLocaleString('en-US')} of ${count(step.total, 'record')}`);
    },
    end: () => undefined,
  };
}
