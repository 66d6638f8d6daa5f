/**
 * How far a run is: bars on a terminal, a plain line now and then elsewhere. Long silence looks like a hang, and many
 * lines like trouble; so a line for each tenth of the way, or after five minutes.
 *
 * The rate is that of the last minute, and what is left follows from it. Of what is written it is told only when all is read: until
 * then nobody knows how much there will be; reading waits for writing, so that its own estimate holds for both.
 */
import { type BarFormatter, MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { TableName } from '../core/names.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { Clock } from '../ports/clock.ts';
import { Estimate, leftWords, rateWords } from './estimate.ts';
import type { Output } from './output.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Tally } from './tally.ts';
import { count } from '../composition/words.ts';
import { transferLine } from './transfer-line.ts';

export type Progress = {
  readonly show: (event: EngineEvent, tally: Tally) => void;
  /** Takes the bars away; safe to call twice. */
  readonly end: () => void;
};

/** Between two lines about a server that does not answer, ms: its tries may follow each other fast. */
const retryLineMs = 20_000;

/** What is said of a server or a large file that makes us wait; undefined where that was said just now. */
function waitingLine(event: EngineEvent, said: Map<string, number>): string | undefined {
  if (event.kind === 'transferring') return transferLine(event);
  if (event.kind !== 'retrying') return undefined;
  const now = systemClock.now();
  if (now - (said.get(event.server) ?? 0) < retryLineMs) return undefined;
  said.set(event.server, now);
  return `server ${event.server} does not answer as it should (${event.code}): trying again`;
}

type Step = {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  /** More will come: how much is left cannot be told. */
  readonly grows: boolean;
};

export const openProgress = (output: Output, clock: Pick<Clock, 'now'> = systemClock): Progress =>
  output.terminal ? bars(clock) : lines((text) => output.line(text), clock);

/** What is read, by its name, and the rates of what is done. */
class Steps {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #read = new Map<string, Reading>();
  readonly #estimates = new Map<string, Estimate>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** What an event moves; undefined where nothing worth showing. */
  of(event: EngineEvent, tally: Tally): Step | undefined {
    const step = event.kind === 'read' ? this.#readingOf(event) : this.#writingOf(event, tally);
    if (step !== undefined) this.#estimateOf(step).note(this.#clock.now(), step.done);
    return step;
  }

  /** How fast it goes and what is left; empty until that can be known. */
  words(step: Step): string {
    const now = this.#clock.now();
    const estimate = this.#estimateOf(step);
    const rate = estimate.perSecond(now);
    const left = estimate.leftMs(now, step.total - step.done);
    if (rate === undefined || step.done === step.total) return '';
    return `${rateWords(rate)}${left === undefined || step.grows ? '' : `, ${leftWords(left)} left`}`;
  }

  #estimateOf({ name }: Step): Estimate {
    const found = this.#estimates.get(name) ?? new Estimate();
    this.#estimates.set(name, found);
    return found;
  }

  #readingOf({ table, server, phase, records, total: given }: ReadEvent): Step {
    const name = `${table}: ${verbs[phase] ?? 'reading'} ${server}`;
    const done = (this.#read.get(name)?.done ?? 0) + records;
    const total = Math.max(done, given);
    this.#read.set(name, { table, isOver: done === total, done });
    return { name, done, total, grows: false };
  }

  #writingOf(event: EngineEvent, tally: Tally): Step | undefined {
    if (event.kind !== 'batched' && event.kind !== 'delivered') return undefined;
    const { batched, delivered, parked } = tally.of(event.table, event.server);
    const done = Math.min(batched, delivered + parked);
    const grows = [...this.#read.values()].some(({ table, isOver }) => table === event.table && !isOver);
    return { name: `${event.table}: writing ${event.server}`, done, total: batched, grows };
  }
}

type ReadEvent = Extract<EngineEvent, { kind: 'read' }>;

type Reading = { readonly table: TableName; readonly isOver: boolean; readonly done: number };

const verbs: Readonly<Record<string, string>> = {
  'first-meeting': 'comparing',
  sweep: 'sweeping',
  verify: 'comparing',
};

const formatValue = (value: number): string => value.toLocaleString('en-US');

/** Full only where all is done: the last records may wait for what is written. */
export const barOf: BarFormatter = (
  done,
  { barsize = 0, barCompleteString = '', barIncompleteString = '' },
) => {
  const full = Math.floor(done * barsize);
  return barCompleteString.slice(0, full) + barIncompleteString.slice(0, barsize - full);
};

function bars(clock: Pick<Clock, 'now'>): Progress {
  const steps = new Steps(clock);
  const said = new Map<string, number>();
  const shown = new Map<string, SingleBar>();
  const format = ' {bar} {name} {value} of {total}  {pace}';
  const all = new MultiBar(
    { format, formatValue, formatBar: barOf, barsize: 8, hideCursor: true, clearOnComplete: false, fps: 10 },
    Presets.shades_grey,
  );
  let ended = false;
  return {
    show: (event, tally) => {
      if (ended) return;
      const waiting = waitingLine(event, said);
      if (waiting !== undefined) all.log(`${waiting}\n`);
      const step = steps.of(event, tally);
      if (step === undefined || step.total === 0) return;
      const bar = shown.get(step.name) ?? all.create(step.total, 0, { name: step.name.padEnd(22), pace: '' });
      shown.set(step.name, bar);
      bar.setTotal(step.total);
      bar.update(step.done, { pace: steps.words(step) });
    },
    end: () => {
      ended = true;
      all.stop();
    },
  };
}

/** Fewer records than this are done before anybody wonders. */
const worthALine = 1000;

/** After so long without a line, ms, one is written though no tenth is done. */
const silenceMs = 5 * 60_000;

function lines(line: (text: string) => void, clock: Pick<Clock, 'now'>): Progress {
  const steps = new Steps(clock);
  const said = new Map<string, number>();
  const last = new Map<string, { readonly tenth: number; readonly at: number }>();
  return {
    show: (event, tally) => {
      const waiting = waitingLine(event, said);
      if (waiting !== undefined) line(waiting);
      const step = steps.of(event, tally);
      if (step === undefined || step.total < worthALine) return;
      const tenth = Math.floor((step.done * 10) / step.total);
      const at = clock.now();
      const before = last.get(step.name) ?? { tenth: 0, at };
      if (!last.has(step.name)) last.set(step.name, before);
      if (tenth <= before.tenth && at - before.at < silenceMs) return;
      last.set(step.name, { tenth: Math.max(tenth, before.tenth), at });
      const pace = steps.words(step);
      const rest = pace === '' ? '' : `, ${pace}`;
      line(`${step.name}: ${step.done.toLocaleString('en-US')} of ${count(step.total, 'record')}${rest}`);
    },
    end: () => undefined,
  };
}
