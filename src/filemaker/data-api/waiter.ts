/** A request that waits for a session. */
import type { Slot } from '../../ports/session-slots.ts';
import type { Session } from './session.ts';

export class Waiter {
  readonly database: string;
  /** The slot whose session the server called invalid under this request: it waits for a new login there. */
  renewing: Slot | undefined;
  readonly session: Promise<Session>;
  readonly #settle: PromiseWithResolvers<Session>;

  constructor(database: string, renewing: Slot | undefined) {
    this.database = database;
    this.renewing = renewing;
    this.#settle = Promise.withResolvers<Session>();
    this.session = this.#settle.promise;
  }

  give(session: Session): void {
    session.isBusy = true;
    this.#settle.resolve(session);
  }

  fail(reason: unknown): void {
    this.#settle.reject(reason);
  }
}
