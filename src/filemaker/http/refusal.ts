/** An account that a server refused, which is not tried again for a while: a server locks accounts that hammer. */
import type { EpochMs } from '../../core/names.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ServerError } from '../../ports/server-errors.ts';

/** Short may lock it, long keeps a mended one waiting (assumed). */
const refusedForMs = 10 * 60_000;

export class Refusal {
  readonly #clock: Pick<Clock, 'now'>;
  #last: { readonly error: ServerError; readonly until: EpochMs } | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Begins with this one unless one counts already; the one that counts. */
  begin(error: ServerError): ServerError {
    if (this.error === undefined) this.#last = { error, until: this.#clock.now() + refusedForMs };
    return this.error ?? error;
  }

  /** The one that counts now. */
  get error(): ServerError | undefined {
    return this.#last && this.#clock.now() < this.#last.until ? this.#last.error : undefined;
  }
}
