import type { Leases } from '../../ports/control.ts';
import { asNumber, asText, numberOf, textOf } from './attributes.ts';
import { any, isAbsent, numberIsAtMost, textIs } from './conditions.ts';
import { attributesOf, type Table } from './table.ts';

const leaseKey = (name: string) => ({ pk: 'lease', sk: `lease ${name}` });

export const leasesIn = (table: Table): Leases => ({
  takeLease(name, holder, ms, now) {
    const item = { ...attributesOf(leaseKey(name)), holder: asText(holder), ends: asNumber(now + ms) };
    return table.put(item, any(isAbsent, textIs('holder', holder), numberIsAtMost('ends', now)));
  },
  async isLeased(name, holder, now) {
    const item = await table.get(leaseKey(name));
    return item !== undefined && textOf(item, 'holder') !== holder && numberOf(item, 'ends') > now;
  },
  async dropLease(name, holder) {
    await table.remove(leaseKey(name), textIs('holder', holder));
  },
});
