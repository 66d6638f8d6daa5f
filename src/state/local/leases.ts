import type { Leases } from '../../ports/control.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  take: `INSERT INTO leases (name, holder, until) VALUES (:name, :holder, :until)
    ON CONFLICT (name) DO UPDATE SET holder = :holder, until = :until WHERE holder = :holder OR until <= :now`,
  others: 'SELECT 1 FROM leases WHERE name = ? AND holder <> ? AND until > ?',
  drop: 'DELETE FROM leases WHERE name = ? AND holder = ?',
};

export function leasesIn(file: StateFile): Leases {
  const take = file.prepare(sql.take);
  const others = file.prepare(sql.others);
  const drop = file.prepare(sql.drop);
  return {
    async takeLease(name, holder, ms, now) {
      return take.run({ name, holder, until: now + ms, now }).changes === 1;
    },
    async isLeased(name, holder, now) {
      return others.get(name, holder, now) !== undefined;
    },
    async dropLease(name, holder) {
      drop.run(name, holder);
    },
  };
}
