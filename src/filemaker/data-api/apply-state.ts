/** Whether our script is used in a file and layout, and if not, why not. Kept as long as the process, over connections. */
import type { ServerName } from '../../core/names.ts';
import type { ApplyTrouble } from '../http/events.ts';

export type ApplyState =
  | { readonly kind: 'untested' }
  | { readonly kind: 'in-use' }
  | { readonly kind: 'off'; readonly until: number; readonly trouble: ApplyTrouble };

type Where = {
  readonly server: ServerName;
  readonly origin: string;
  readonly database: string;
  readonly layout: string;
};

/** After so long it is tested again. Short asks in vain, long leaves a mended script unused. Assumed. */
const offMs = 10 * 60_000;

/** What passes by itself is looked at sooner. */
const passing: readonly ApplyTrouble['why'][] = ['no-result', 'no-key', 'turned-away'];

export const offFor = ({ why }: ApplyTrouble): number => (passing.includes(why) ? offMs / 10 : offMs);

export class ApplyMemory {
  readonly #states = new Map<string, ApplyState>();

  of(place: Where): ApplyState {
    return this.#states.get(nameOf(place)) ?? { kind: 'untested' };
  }

  put(place: Where, state: ApplyState): void {
    this.#states.set(nameOf(place), state);
  }
}

const nameOf = ({ server, origin, database, layout }: Where): string =>
  JSON.stringify([server, origin, database, layout]);
