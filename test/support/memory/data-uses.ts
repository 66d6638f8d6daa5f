import type { DataUses } from '../../../src/ports/control.ts';
import { joined } from './frozen.ts';

export function memoryDataUses(): DataUses {
  const stored = new Map<string, { readonly server: string; readonly day: string; readonly bytes: number }>();
  return {
    async addDataUse({ server, day, bytes }) {
      const name = joined(server, day);
      stored.set(name, { server, day, bytes: bytes + (stored.get(name)?.bytes ?? 0) });
    },
    async dataUse(server, month) {
      const days = [...stored.values()].filter(
        (one) => one.server === server && one.day.startsWith(`${month}-`),
      );
      return new Map(days.map(({ day, bytes }) => [day, bytes]));
    },
  };
}
