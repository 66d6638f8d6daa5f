/**
 * Many writes of one table in one request, by our script in the file (filemaker/README.md).
 *
 *   R3  A record is created, edited or deleted at most once by a request, an edit and a delete only at the modId given. What was
 *       lost on the way is `unknown`, and said so only when the script can begin nothing more.
 *
 * Off until a self-test of this file and layout has passed; where something shows that the script is not as it was, off again,
 * and what was asked for is `unsent`, so that it goes by single requests.
 *
 * The text travels in the body of a find, since an address may be 2000 characters long (data-api-guide url-data-format-notes). The
 * script runs before the find. A find that finds nothing answers 401 and may keep the script's result back, so it looks for a
 * record that was seen there lately: an anchor.
 */
import type { EpochMs, Key } from '../../core/names.ts';
import type { Probe } from '../../core/server-clock.ts';
import type { Bulk, BulkWay, BulkWrite, WriteOutcome } from '../../ports/server.ts';
import type { Envelope } from '../http/answer.ts';
import { Anchors } from './apply-anchors.ts';
import { ApplyClock } from './apply-clock.ts';
import {
  type Head,
  type Line,
  lineOf,
  mostMs,
  parameterOf,
  resultOf,
  scriptParameters,
  type ScriptResult,
} from './apply-script.ts';
import type { ApplyTrouble } from '../http/events.ts';
import { type ApplyMemory, offFor } from './apply-state.ts';
import { selfTestHead, selfTestLines, troubleIn } from './apply-test.ts';
import { meaningOf, isParameterRefusal } from '../http/codes.ts';
import type { Place } from '../http/failures.ts';
import { findBody } from './find.ts';
import type { Requests } from '../http/requests.ts';
import type { Waiting } from '../http/retry.ts';
import { type FieldNames, outcomeOf, removalOf } from '../http/write-outcome.ts';

/** What one request is meant to take, ms. Short wastes the way there and back, long holds a session and nears `mostMs`. Assumed. */
const aimMs = 2_000;

/** What a record is taken to cost until one was measured, ms. Assumed. */
const firstGuessMs = 20;

/** Characters of one parameter. FileMaker takes 1,000,000 (pro-help running-scripts-on-server); half of it, since nobody tried. */
const mostCharacters = 500_000;

export type ApplyPlace = Place & { readonly database: string; readonly layout: string };

export type ApplyParts = {
  readonly place: ApplyPlace;
  readonly path: string;
  readonly script: string;
  readonly keyField: string;
  readonly names: FieldNames;
  readonly requests: Requests;
  readonly waiting: Waiting;
  readonly memory: ApplyMemory;
  /** The criterion that finds exactly this key. */
  readonly exactly: (key: Key) => string;
  readonly fieldDataOf: (write: Extract<BulkWrite, { readonly kind: 'create' | 'update' }>) => object;
  /** Keys of some records of the table, by one request; none: it is empty. Those without a key have an empty one. */
  readonly someKeys: (signal: AbortSignal) => Promise<readonly Key[]>;
};

export class ApplyTable implements Bulk {
  readonly anchors = new Anchors();
  readonly #parts: ApplyParts;
  readonly #lines = new WeakMap<BulkWrite, string>();
  readonly #clock = new ApplyClock();
  #msForEach = firstGuessMs;
  /** Requests in a row of which nobody knows what came of them. */
  #unclear = 0;

  constructor(parts: ApplyParts) {
    this.#parts = parts;
  }

  /** This, where it may be used now; `untried`: it is not known before the table has a record. */
  async ready(signal: AbortSignal): Promise<BulkWay> {
    const { place, memory, waiting } = this.#parts;
    const known = memory.of(place);
    if (known.kind === 'off' && waiting.clock.now() < known.until) return undefined;
    let anchor = this.anchors.any();
    if (anchor === undefined) {
      const keys = await this.#parts.someKeys(signal);
      if (keys.length === 0) return 'untried';
      anchor = keys.find((key) => key !== '');
    }
    if (anchor === undefined) {
      this.#off({ why: 'no-key' });
      return undefined;
    }
    this.anchors.seen(anchor);
    if (known.kind === 'in-use') return this;
    return (await this.test(anchor, signal)) === undefined ? this : undefined;
  }

  /** What stands against using it, if anything; puts it down. Changes nothing. */
  async test(anchor: Key, signal: AbortSignal): Promise<ApplyTrouble | undefined> {
    const { place, script, waiting, memory, exactly, keyField } = this.#parts;
    const lines = selfTestLines(place.layout, exactly(anchor)).map(lineOf);
    const head = { count: lines.length, keyField, ...selfTestHead };
    const ran = await this.#run(head, lines, anchor, Number.POSITIVE_INFINITY, signal);
    const trouble = troubleIn(ran, place.layout);
    if (trouble !== undefined) {
      this.anchors.lost(anchor);
      this.#off(trouble);
    } else {
      memory.put(place, { kind: 'in-use' });
      waiting.log({ kind: 'script', script, ...named(place), state: 'in-use' });
    }
    return trouble;
  }

  most(writes: readonly BulkWrite[]): number {
    return this.#withAnchor(writes.slice(0, this.#mostFitting(writes)));
  }

  /** One record that they do not delete must be known. Where they delete those that are, they go one by one, and others are looked for. */
  #withAnchor(writes: readonly BulkWrite[]): number {
    const removed = removedBy(writes);
    if (this.anchors.any(removed) !== undefined) return writes.length;
    for (const key of removed) this.anchors.lost(key);
    return 0;
  }

  #mostFitting(writes: readonly BulkWrite[]): number {
    const mostRecords = Math.max(1, Math.floor(aimMs / this.#msForEach));
    let characters = 0;
    for (const [count, write] of writes.entries()) {
      characters += this.#line(write).length + 1;
      if (count >= mostRecords || characters > mostCharacters) return count;
    }
    return writes.length;
  }

  async apply(
    writes: readonly BulkWrite[],
    departBy: EpochMs,
    signal: AbortSignal,
  ): Promise<readonly WriteOutcome[]> {
    // Deleted or not, they are no anchors for whoever comes next: a find for one that is gone hides what the script answers.
    for (const key of removedBy(writes)) this.anchors.lost(key);
    const anchor = this.anchors.any();
    if (anchor === undefined) return writes.map(() => unsent);
    const lines = writes.map((write) => this.#line(write));
    const head = { count: lines.length, keyField: this.#parts.keyField };
    const ran = await this.#run(head, lines, anchor, departBy, signal);
    if (ran.kind === 'nothing') this.#off(ran.why === undefined ? undefined : { why: ran.why });
    if (ran.kind === 'nothing') return writes.map(() => unsent);
    if (ran.kind === 'done') {
      this.#unclear = 0;
      if (ran.answers.length > 0) this.#measured(ran.told.ms / ran.answers.length);
      return writes.map((write, place) => this.#outcome(write, ran.answers, place));
    }
    this.anchors.lost(anchor);
    this.#lost(ran.code);
    // Until then the script may begin a further record.
    await this.#parts.waiting.clock.sleep(mostMs, signal);
    return writes.map(() => ({ kind: 'unknown' }));
  }

  clockShown(): Probe | undefined {
    return this.#clock.tell();
  }

  /** An answer may be lost once; single requests tell better what is wrong, and park no record of many for one. */
  #lost(code: string): void {
    this.#unclear += 1;
    if (!passing.includes(code) || this.#unclear > 1) this.#off({ why: 'no-result', code });
  }

  #outcome(write: BulkWrite, answers: readonly (Envelope | undefined)[], place: number): WriteOutcome {
    // The script's time was over before it came to this one.
    if (place >= answers.length) return unsent;
    const answer = answers[place];
    if (answer === undefined) return { kind: 'unknown' };
    const code = answer.code;
    switch (meaningOf(code).class) {
      case 'again':
      case 'full':
        return unsent;
      case 'againUnlessWrite':
        return { kind: 'unknown' };
      case 'token':
      case 'account':
      case 'database':
      case 'layout':
      case 'field':
      case 'dataLimit':
        return this.#bySingleRequest(code);
      default:
        if (code === '3' || isParameterRefusal(code)) return this.#bySingleRequest(code);
    }
    if (write.kind === 'remove') return removalOf(answer);
    if (code === '0') this.anchors.seen(write.key);
    return outcomeOf(answer, write.kind === 'update' ? write.recordId : undefined, this.#parts.names);
  }

  /** Nothing was done; the single request says what it means. */
  #bySingleRequest(code: string): WriteOutcome {
    this.#off({ why: 'write-refused', code });
    return unsent;
  }

  async #run(
    head: Head,
    lines: readonly string[],
    anchor: Key,
    departBy: EpochMs,
    signal: AbortSignal,
  ): Promise<Ran> {
    const { requests, path, place, script, keyField, exactly } = this.#parts;
    const find = findBody(keyField, [exactly(anchor)], { offset: 0, limit: 1 });
    const body = JSON.stringify({
      ...JSON.parse(find),
      ...scriptParameters(script, parameterOf(head, lines)),
    });
    const call = { method: 'POST', path: `${path}/_find`, body, place, departBy } as const;
    const answer = await requests.script(call, signal);
    if (answer === 'unsent') return { kind: 'nothing' };
    if (answer === 'unknown') return { kind: 'unclear', code: 'no-answer' };
    if (answer.kind === 'turned-away') return { kind: 'nothing', why: 'turned-away' };
    const result = resultOf(answer);
    if (result.kind === 'done') this.#clock.hear(result.told, answer.http);
    return result;
  }

  #line(write: BulkWrite): string {
    const known = this.#lines.get(write);
    if (known !== undefined) return known;
    const line = lineOf(this.#lineFor(write));
    this.#lines.set(write, line);
    return line;
  }

  #lineFor(write: BulkWrite): Line {
    const { fieldDataOf, exactly, place } = this.#parts;
    const { layout } = place;
    if (write.kind === 'create') return { action: 'create', layout, fieldData: fieldDataOf(write) };
    const { recordId } = write;
    const modId = String(write.modId);
    if (write.kind === 'remove') return { action: 'remove', recordId, modId, find: exactly(write.key) };
    return { action: 'update', layout, recordId, modId, fieldData: fieldDataOf(write) };
  }

  /** The slower of the last ones counts: a request that is cut off by its time costs a round. */
  #measured(ms: number): void {
    this.#msForEach = Math.max(1, ms, this.#msForEach * 0.7);
  }

  #off(trouble: ApplyTrouble | undefined): void {
    if (trouble === undefined) return;
    const { place, script, waiting, memory } = this.#parts;
    const until = waiting.clock.now() + offFor(trouble);
    const before = memory.of(place);
    memory.put(place, { kind: 'off', until, trouble });
    // Found again at each test it is no news.
    if (before.kind === 'off' && before.trouble.why === trouble.why) return;
    waiting.log({ kind: 'script', script, ...named(place), state: 'off', ...trouble });
  }
}

/** The answer was lost, or the anchor was. */
const passing: readonly string[] = ['no-answer', '401'];

export type Ran =
  | Exclude<ScriptResult, { readonly kind: 'nothing' }>
  /** Without a reason: it was not sent in time. */
  | { readonly kind: 'nothing'; readonly why?: ApplyTrouble['why'] };

const removedBy = (writes: readonly BulkWrite[]): ReadonlySet<Key> =>
  new Set(writes.flatMap(({ kind, key }) => (kind === 'remove' ? key : [])));

const unsent: WriteOutcome = { kind: 'unsent' };

const named = ({ server, database, layout }: ApplyPlace) => ({ server, database, layout });
