import type { DataUses } from '../../ports/control.ts';
import { numeric, text } from './columns.ts';
import type { StateFile } from './state-file.ts';

const sql = {
  add: `INSERT INTO data_uses (server, day, bytes) VALUES (?, ?, ?)
    ON CONFLICT (server, day) DO UPDATE SET bytes = bytes + excluded.bytes`,
  ofMonth: 'SELECT day, bytes FROM data_uses WHERE server = ? AND day BETWEEN ? AND ? ORDER BY day',
};

export function dataUsesIn(file: StateFile): DataUses {
  const add = file.prepare(sql.add);
  const ofMonth = file.prepare(sql.ofMonth);
  return {
    async addDataUse({ server, day, bytes }) {
      add.run(server, day, bytes);
    },
    async dataUse(server, month) {
      const rows = ofMonth.all(server, `${month}-01`, `${month}-31`);
      return new Map(rows.map((row) => [text(row['day']), numeric(row['bytes'])]));
    },
  };
}
