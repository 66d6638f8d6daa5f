/** What can go wrong on purpose: an effect, on which requests, and how often. */
import type { Random } from '../ports/clock.ts';
import type { RequestKind } from './description.ts';

export type Effect =
  /** Answered with this FileMaker error (301, 504, 812, 952, 953 ...): nothing is done, or with `after` all of it. */
  | { readonly kind: 'error'; readonly code: string; readonly status?: number; readonly after?: boolean }
  /** The request's session ends: 952 now and later. */
  | { readonly kind: 'loseSession' }
  /** The connection is reset: before anything is done, or after the commit. */
  | { readonly kind: 'resetBefore' }
  | { readonly kind: 'resetAfter' }
  /** A web server's page instead of JSON; `after` the work is done (a gateway that gave up). */
  | { readonly kind: 'html'; readonly status: number; readonly after?: boolean }
  /** The same in JSON, as gateways and load balancers speak it: the status is its code. */
  | { readonly kind: 'gateway'; readonly status: number; readonly after?: boolean }
  /** The JSON breaks off in the middle, after the commit; a file breaks off, and the connection with it. */
  | { readonly kind: 'truncate' }
  /** Waits before the work, or with `after` between the commit and the answer. */
  | { readonly kind: 'delay'; readonly ms: number; readonly after?: boolean }
  /** Finds and lists show the records as they were up to this long ago. */
  | { readonly kind: 'staleRead'; readonly upToMs: number }
  /** Of an upload so many bytes are taken, and the connection is reset: nothing is done. */
  | { readonly kind: 'cutUpload'; readonly afterBytes: number }
  /** The work is done twice (a proxy that repeats a request); the second answer is given. */
  | { readonly kind: 'repeat' }
  /** Of the calls of webhooks alone, which know `delay` and `repeat` besides: it is never made, and nobody hears of it. */
  | { readonly kind: 'lose' };

export type Trouble = {
  readonly effect: Effect;
  /** Default: every kind; for staleRead: find and list. */
  readonly on?: readonly RequestKind[];
  /** In [0, 1]; default 1. */
  readonly probability?: number;
  /** Ends after having struck this often; default never. */
  readonly next?: number;
};

type Armed = { readonly id: number; readonly trouble: Trouble; struck: number };

export class Troubles {
  private armed: Armed[] = [];
  private lastId = 0;
  private readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  add(trouble: Trouble): number {
    this.lastId += 1;
    this.armed.push({ id: this.lastId, trouble, struck: 0 });
    return this.lastId;
  }

  /** Without an id: all. */
  remove(id?: number): void {
    this.armed = id === undefined ? [] : this.armed.filter((armed) => armed.id !== id);
  }

  list(): readonly { readonly id: number; readonly trouble: Trouble; readonly struck: number }[] {
    return this.armed.map((armed) => ({ ...armed }));
  }

  /** The effects that strike this request. */
  strike(kind: RequestKind): readonly Effect[] {
    if (this.armed.length === 0) return none;
    return this.armed
      .filter(({ trouble }) => trouble.effect.kind !== 'cutUpload')
      .filter((armed) => this.strikes(armed, kind))
      .map((armed) => armed.trouble.effect);
  }

  /** After how many bytes this upload breaks off. */
  cutUpload(): number | undefined {
    const struck = this.armed.find(
      (armed) => armed.trouble.effect.kind === 'cutUpload' && this.strikes(armed, 'upload'),
    );
    const effect = struck?.trouble.effect;
    return effect?.kind === 'cutUpload' ? effect.afterBytes : undefined;
  }

  private strikes(armed: Armed, kind: RequestKind): boolean {
    const { on, probability = 1, next, effect } = armed.trouble;
    const kinds = on ?? (effect.kind === 'staleRead' ? staleKinds : undefined);
    if (kinds && !kinds.includes(kind)) return false;
    if (next !== undefined && armed.struck >= next) return false;
    if (probability < 1 && this.random() >= probability) return false;
    armed.struck += 1;
    return true;
  }
}

const none: readonly Effect[] = [];
const staleKinds: readonly RequestKind[] = ['find', 'list'];
