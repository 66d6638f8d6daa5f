import { advanced } from '../../core/watermark.ts';
import type { Watermarks } from '../../ports/control.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { watermarkFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM watermarks WHERE tbl = ? AND server = ?',
  create:
    'INSERT INTO watermarks (tbl, server, generation, value) VALUES (?, ?, 1, ?) ON CONFLICT DO NOTHING',
  update: 'UPDATE watermarks SET generation = ?, value = ? WHERE tbl = ? AND server = ? AND generation = ?',
  advance: 'UPDATE watermarks SET value = ? WHERE tbl = ? AND server = ? AND generation = ?',
  drop: 'DELETE FROM watermarks WHERE tbl = ?',
};

export function watermarksIn(file: StateFile): Watermarks {
  const read = file.prepare(sql.read);
  const create = file.prepare(sql.create);
  const update = file.prepare(sql.update);
  const advance = file.prepare(sql.advance);
  const drop = file.prepare(sql.drop);
  return {
    async dropWatermarks(table) {
      drop.run(table);
    },
    async watermark(table, server) {
      return valueOf(read.get(table, server), watermarkFrom);
    },
    async advanceWatermarks(server, watermarks) {
      for (const one of watermarks) {
        const { table, generation } = one;
        const stored = valueOf(read.get(table, server), watermarkFrom);
        if (stored?.generation !== generation) continue;
        advance.run(JSON.stringify(advanced(stored, one)), table, server, generation);
      }
    },
    async putWatermark(watermark) {
      const { table, server, generation } = watermark;
      const value = JSON.stringify(watermark);
      if (generation === 1) return create.run(table, server, value).changes === 1;
      return update.run(generation, value, table, server, generation - 1).changes === 1;
    },
  };
}
