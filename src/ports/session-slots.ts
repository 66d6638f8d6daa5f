/**
 * Which API sessions are open on a server, so that a crash leaves none unknown: the number that was configured is
 * never exceeded, orphans included. A slot is taken before the login and carries the token afterwards.
 *
 * A token is a credential for as long as its session lives: an implementation keeps it where only the sync may
 * read, and no log shows it (R9).
 */
import type { EpochMs, ServerName } from '../core/names.ts';

export type Slot = {
  readonly server: ServerName;
  /** 0 to capacity - 1. */
  readonly number: number;
  /** Changes whenever the slot changes hands: a holder that lost it cannot write it any more. */
  readonly fence: number;
  /** The token that an earlier holder left behind without logging out: use it, or log it out. */
  readonly token?: string;
};

export interface SessionSlots {
  /**
   * Takes a slot that nobody holds; undefined where all `capacity` are held. A session that was left comes first; for a
   * slot without a token a login may be sent at once. Where the holder dies before the token was stored, the slot stays
   * taken for `orphanMs` from `now` on (FileMaker keeps an idle session for 15 minutes).
   */
  take(server: ServerName, capacity: number, now: EpochMs, orphanMs: number): Promise<Slot | undefined>;

  /** As `take`, but only a slot with a session that was left. One that was left a moment ago may be overlooked. */
  takeLeft(server: ServerName, capacity: number, now: EpochMs, orphanMs: number): Promise<Slot | undefined>;

  /**
   * Another login for this slot is about to be sent, after one that failed or for a session that is closed: the token is
   * forgotten, and `orphanMs` counts anew. Throws SlotLostError.
   */
  opening(slot: Slot, now: EpochMs): Promise<void>;

  /** The login succeeded. Throws SlotLostError. */
  opened(slot: Slot, token: string, now: EpochMs): Promise<void>;

  /** Gives up a session that may still be open: whoever takes a slot next gets it, with its token. Nothing happens to a slot that changed hands. */
  leave(slot: Slot): Promise<void>;

  /** The session is surely closed (logged out, or the server said so): the slot is free. Nothing happens to a slot that changed hands. */
  free(slot: Slot): Promise<void>;
}

/** The slot was given to somebody else meanwhile: what was opened under it has to be closed again. */
export class SlotLostError extends Error {
  readonly code = 'slot-lost';

  constructor({ server, number }: Slot) {
    super(`session slot ${number} of server ${server} has another holder by now: close the session`);
    this.name = 'SlotLostError';
  }
}
