/** Small plans, heads and observations for tests of decisions. */
import * as fc from 'fast-check';
import { digestsOf, type Values } from '../../src/core/digest.ts';
import type { Head } from '../../src/core/head.ts';
import { type Interval, interval } from '../../src/core/interval.ts';
import type { FieldPlan, Link, Role, TablePlan } from '../../src/core/link.ts';
import type { Base, Observation } from '../../src/core/observation.ts';

export const fieldNames = ['a', 'b', 'c'] as const;
const field = (name: string): FieldPlan => ({ name, type: 'text', rewrites: 'ignore' });
export const linkOf = (server: string, role: Role = 'both'): Link => ({
  table: 'contacts',
  server,
  role,
  stampedBy: 'host',
  timeZone: 'UTC',
});

export const plan: TablePlan = {
  name: 'contacts',
  key: field('id'),
  fields: fieldNames.map(field),
  createOnly: [field('made_by')],
  merge: 'field',
  deletes: 'edit-wins',
  deleteLimit: { records: 20, percent: 2 },
  conflicts: { kind: 'newest' },
  links: [linkOf('hq'), linkOf('branch'), linkOf('kiosk')],
};

export function headOf(values: Values, stamp: Interval, origin = 'hq', version = 1): Head {
  const digests = digestsOf(values, fieldNames);
  const fields = fieldNames.map((name) => [
    name,
    { value: values[name] ?? '', digest: digests[name] ?? '', stamp, origin },
  ]);
  return {
    table: 'contacts',
    key: 'k',
    version,
    fields: Object.fromEntries(fields),
    createOnly: {},
    seen: {},
  };
}

export const seenOn = (server: string, values: Values, changedAt: Interval, modId = 5): Observation => ({
  server,
  key: 'k',
  recordId: '7',
  modId,
  values,
  digests: digestsOf(values, fieldNames),
  changedAt,
  at: 1_000_000,
  until: 1_000_050,
});

export const baseOf = (values: Values, at = 500_000, modId = 4): Base => ({
  digests: digestsOf(values, fieldNames),
  sent: {},
  at,
  modId,
});

const value = fc.constantFrom('', 'one', 'two', 'three', 'four');
export const someValues = fc.record({ a: value, b: value, c: value });
export const someStamp = fc
  .tuple(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 4000 }))
  .map(([lo, width]) => interval(lo, lo + width));
