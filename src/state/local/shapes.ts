import type { Shapes } from '../../ports/control.ts';
import { valueOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { shapeFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM shapes WHERE tbl = ?',
  put: 'INSERT OR REPLACE INTO shapes (tbl, value) VALUES (?, ?)',
};

export function shapesIn(file: StateFile): Shapes {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  return {
    async shape(table) {
      return valueOf(read.get(table), shapeFrom);
    },
    async putShape(shape) {
      put.run(shape.table, JSON.stringify(shape));
    },
  };
}
