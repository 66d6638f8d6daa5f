/** Whether our script is used in a file and layout, and if not, why not. Kept as long as the process, over connections. */
import type { ServerName } from '../../core/names.ts';

export type ApplyTrouble = {
  readonly why:
    | 'script-missing'
    | 'script-other-version'
    /** Not all of what was sent arrived. */
    | 'parameter-cut'
    /** A text came back otherwise than it was sent. */
    | 'text-changed'
    /** It did not run on the layout that was named. */
    | 'other-layout'
    /** FileMaker before 2024 does not write by the step that the script rests on. */
    | 'filemaker-too-old'
    /** That step, or the steps of a delete, were refused with `code`. */
    | 'write-refused'
    | 'delete-refused'
    /** No result, or one that cannot be read. */
    | 'no-result'
    /** The first records of the table have no key by which one can be found. */
    | 'no-key'
    /** A web server in front did not let it pass. */
    | 'turned-away';
  readonly code?: string;
};

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
