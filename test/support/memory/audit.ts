import type { Act } from '../../../src/core/act.ts';
import type { Audit } from '../../../src/ports/audit.ts';
import { byBytes, frozen } from './frozen.ts';

export function memoryAudit(): Audit {
  const stored = new Map<string, Act>();
  return {
    async putAct(act) {
      if (!stored.has(act.id)) stored.set(act.id, frozen(act));
    },
    async acts(limit) {
      return [...stored.values()].toSorted((a, b) => b.at - a.at || byBytes(b.id, a.id)).slice(0, limit);
    },
  };
}
