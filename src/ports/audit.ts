/** The trail of what people did. Only people read it; nothing that the sync does rests on it. Reads are strongly consistent. */
import type { Act } from '../core/act.ts';

export interface Audit {
  /** Stores it; one with this id and instant that is there stays as it is. It is kept for its `keptMs` and never changed. */
  putAct(act: Act): Promise<void>;

  /** Latest first (by `at`, then id), at most `limit`. */
  acts(limit: number): Promise<readonly Act[]>;
}
