import type { PauseList } from '../core/pause.ts';

/** What people paused. Reads are strongly consistent. */
export interface Pauses {
  /** Undefined where nothing was ever paused. */
  pauses(): Promise<PauseList | undefined>;
  /** Stores it if the stored one has `rev - 1` (none stored counts as 0); false otherwise. */
  putPauses(list: PauseList): Promise<boolean>;
}
