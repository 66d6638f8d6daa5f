/**
 * The state as the console reads it. Of this machine it is opened for each look, so that runs and other commands go on beside
 * it; that of a stack stays open, since finding its parts takes requests of their own.
 */
import type { Configuration } from '../../config/configuration.ts';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import { systemClock } from '../../composition/system-clock.ts';
import type { EpochMs } from '../../core/names.ts';
import { type OpenedState, openToRead, type StatePlace } from '../opened-state.ts';

export type Seen = {
  readonly configuration: Configuration;
  readonly state: OpenedState;
  readonly now: EpochMs;
};

export class Seeing {
  readonly place: StatePlace;
  #stack: Promise<OpenedState> | undefined;

  constructor(place: StatePlace) {
    this.place = place;
  }

  /** Throws what opening the state to read throws. */
  async look<Result>(work: (seen: Seen) => Promise<Result>): Promise<Result> {
    const configuration = await loadConfiguration(this.place.configFile);
    const state = await this.#opened();
    try {
      await state.checkIdentity(identityOf(configuration));
      return await work({ configuration, state, now: systemClock.now() });
    } finally {
      if (this.place.stack === undefined) state.close();
    }
  }

  #opened(): Promise<OpenedState> {
    if (this.place.stack === undefined) return openToRead(this.place);
    const opening = (this.#stack ??= openToRead(this.place));
    opening.catch(() => {
      this.#stack = undefined;
    });
    return opening;
  }

  async close(): Promise<void> {
    const opened = await this.#stack?.catch(() => undefined);
    opened?.close();
  }
}
