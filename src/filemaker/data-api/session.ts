/** A session of one database, in a slot. The token is a credential: it is reached only to send it (R9). */
import type { EpochMs } from '../../core/names.ts';
import type { Slot } from '../../ports/session-slots.ts';

export class Session {
  readonly slot: Slot;
  readonly database: string;
  isBusy = false;
  /** When it was opened or its last request was over; 0 before. */
  usedAt: EpochMs = 0;
  readonly #token: string;
  #released: (() => void) | undefined;

  constructor(slot: Slot, database: string, token: string) {
    this.slot = slot;
    this.database = database;
    this.#token = token;
  }

  get authorization(): string {
    return `Bearer ${this.#token}`;
  }

  /** For the logout, whose address holds it. */
  get token(): string {
    return this.#token;
  }

  release(): void {
    this.isBusy = false;
    this.#released?.();
  }

  /** Resolves once the request in flight is over. */
  idle(): Promise<void> {
    if (!this.isBusy) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#released = resolve;
    return promise;
  }
}

/** What a slot keeps: the token says nothing of its database, and without that it can be neither used nor logged out. */
export const keptToken = (database: string, token: string): string =>
  `${encodeURIComponent(database)}/${token}`;

export function parseKept(kept: string): { readonly database: string; readonly token: string } | undefined {
  const [database, token, ...rest] = kept.split('/');
  if (database === undefined || token === undefined || rest.length > 0) return undefined;
  return { database: decodeURIComponent(database), token };
}
