/**
 * A process that takes a step only when it is told to: one call that others can notice, and all that follows until the next such call.
 *
 * Calls that nobody else has a part in are no steps: reading clocks, meetings, shapes and what only this process stores.
 */
import { createHash } from 'node:crypto';
import { Process, type Scheduler } from '../model/scheduler.ts';

/** What two processes may both write, or one write and another read. */
const shared: ReadonlySet<string> = new Set([
  'heads',
  'replicas',
  'putHeads',
  'putReplicas',
  'keys',
  'batch',
  'claim',
  'appendSending',
  'withdrawSending',
  'defer',
  'close',
  'sendingOf',
  'openBatches',
  'putBatches',
  'markReady',
  'markSent',
  'putConflicts',
  'conflictsById',
  'park',
  'unpark',
  'suspects',
  'putSuspects',
  'dropSuspects',
  'suspectsAmong',
  'deleteCount',
  'putDeleteCount',
  'changed',
  'list',
  'lookUp',
  'read',
  'create',
  'update',
  'remove',
  'later',
]);

const requests: ReadonlySet<string> = new Set(['create', 'update', 'remove']);

type Departure<Result> = {
  readonly by: number;
  readonly otherwise: Result;
  /** What is found as it leaves, and keeps it from that. */
  readonly look?: () => Result | undefined;
};

type Waiting = { readonly call: string; readonly open: () => void };

export class Thread extends Process {
  readonly #clock: Scheduler;
  readonly #isFree: boolean;
  readonly #waiting: Waiting[] = [];
  /** All that it has heard so far, as a digest: who has heard the same does the same next. */
  history = '';
  /** It dies as its request leaves, which then goes its way. */
  leaves: ((request: () => void) => void) | undefined;
  #ids = 0;

  /** `isFree`: it runs on by itself, for what comes before and after. */
  constructor(name: string, scheduler: Scheduler, isFree = false) {
    super(name, scheduler);
    this.#clock = scheduler;
    this.#isFree = isFree;
  }

  /** What it is about to do; undefined where it has ended, or waits for nothing that could be given. */
  get next(): string | undefined {
    return this.#waiting[0]?.call;
  }

  /** Whether its next step is a write that may be under way when it dies. */
  get sends(): boolean {
    return requests.has(this.next ?? '');
  }

  /** Takes its next step. */
  open(): void {
    this.#waiting.shift()?.open();
  }

  override gate(call: string): Promise<void> {
    if (this.dead) return forEver();
    if (this.#isFree || !shared.has(call)) return Promise.resolve();
    return new Promise((open) => {
      this.#waiting.push({ call, open });
    });
  }

  override async travel<Result>(
    call: string,
    effect: () => Result,
    depart?: Departure<Result>,
  ): Promise<Result> {
    await this.gate(call);
    if (depart && this.#clock.now > depart.by) return depart.otherwise;
    const found = depart?.look?.();
    if (found !== undefined) return found;
    if (this.leaves !== undefined) {
      this.leaves(effect);
      return forEver();
    }
    const result = effect();
    this.heard(call, result);
    return result;
  }

  override heard(call: string, result: unknown): void {
    if (this.#isFree) return;
    const text = `${this.history} ${call} ${this.#clock.now} ${textOf(result)}`;
    this.history = createHash('sha1').update(text).digest('base64');
  }

  override newId(): string {
    this.#ids += 1;
    return `${this.name}-${this.#ids}`;
  }
}

const forEver = (): Promise<never> => new Promise(() => undefined);

/** Maps and sets too. */
export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    part instanceof Map || part instanceof Set || ArrayBuffer.isView(part) ? [...iterable(part)] : part,
  ) ?? '';

function iterable(
  part: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | ArrayBufferView,
): Iterable<unknown> {
  return part instanceof Float64Array || part instanceof Map || part instanceof Set ? part : [];
}
