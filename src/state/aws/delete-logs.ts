import type { DeleteLogs } from '../../ports/control.ts';
import { asNumber } from './attributes.ts';
import { follows } from './conditions.ts';
import type { Documents } from './documents.ts';
import { partsOf } from './sort-keys.ts';
import { storedIfAny } from './stored-values.ts';

const keyOf = (table: string, server: string) => ({ pk: 'delete-log', sk: partsOf(table, server) });

export const deleteLogsIn = (documents: Documents): DeleteLogs => ({
  async deleteLog(table, server) {
    return storedIfAny('deleteLog', await documents.get(keyOf(table, server)));
  },
  putDeleteLog(state) {
    const { table, server, generation } = state;
    const condition = follows('generation', generation - 1);
    return documents.put(keyOf(table, server), state, { generation: asNumber(generation) }, condition);
  },
});
