/** Keeps what was worked out for a while, so that polls by several pages cost what one does. What fails is not kept. */
import { systemClock } from '../../composition/system-clock.ts';

export type Kept<Result> = {
  readonly get: () => Promise<Result>;
  /** The next to ask has it made anew. */
  readonly drop: () => void;
};

/** `forMs`: from the moment that it was begun. */
export function kept<Result>(forMs: number, make: () => Promise<Result>): Kept<Result> {
  let held: { readonly at: number; readonly result: Promise<Result> } | undefined;
  return {
    drop: () => {
      held = undefined;
    },
    get: () => {
      const now = systemClock.now();
      if (held !== undefined && now - held.at < forMs) return held.result;
      const making = { at: now, result: make() };
      held = making;
      making.result.catch(() => {
        if (held === making) held = undefined;
      });
      return making.result;
    },
  };
}
