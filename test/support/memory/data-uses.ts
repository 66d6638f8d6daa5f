import type { DataSent } from '../../../src/core/data-use.ts';
import type { DataUses } from '../../../src/ports/control.ts';
import { joined } from './frozen.ts';
import { Stores } from './stores.ts';

export function memoryDataUses(stores = new Stores()): DataUses {
  const stored = stores.map<DataSent>();
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
