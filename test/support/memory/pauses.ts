import type { PauseList } from '../../../src/core/pause.ts';
import type { Pauses } from '../../../src/ports/pauses.ts';
import { frozen } from './frozen.ts';

export function memoryPauses(): Pauses {
  let stored: PauseList | undefined;
  return {
    async pauses() {
      return stored;
    },
    async putPauses(list) {
      if ((stored?.rev ?? 0) !== list.rev - 1) return false;
      stored = frozen(list);
      return true;
    },
  };
}
