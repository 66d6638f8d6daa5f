import type { Watermarks } from '../../ports/control.ts';
import { asNumber, textOf } from './attributes.ts';
import { follows } from './conditions.ts';
import type { Documents } from './documents.ts';
import { partsOf } from './sort-keys.ts';
import { storedIfAny } from './stored-values.ts';

const partition = (table: string): string => partsOf('watermark', table);

export const watermarksIn = (documents: Documents): Watermarks => ({
  async watermark(table, server) {
    return storedIfAny('watermark', await documents.get({ pk: partition(table), sk: `server ${server}` }));
  },
  putWatermark(watermark) {
    const { table, server, generation } = watermark;
    return documents.put(
      { pk: partition(table), sk: `server ${server}` },
      watermark,
      { generation: asNumber(generation) },
      follows('generation', generation - 1),
    );
  },
  async dropWatermarks(table) {
    const pk = partition(table);
    const items = await Array.fromAsync(documents.table.query(pk, { only: ['pk', 'sk'] }));
    await documents.table.removeAll(items.map((item) => ({ pk, sk: textOf(item, 'sk') })));
  },
});
