import type { WebhookStates } from '../../ports/control.ts';
import { valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { webhookStateFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM webhook_states WHERE server = ?',
  put: 'INSERT OR REPLACE INTO webhook_states (server, value) VALUES (?, ?)',
  list: 'SELECT value FROM webhook_states ORDER BY server',
};

export function webhookStatesIn(file: StateFile): WebhookStates {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  const list = file.prepare(sql.list);
  return {
    async webhookState(server) {
      return valueOf(read.get(server), webhookStateFrom);
    },
    async putWebhookState(state) {
      put.run(state.server, JSON.stringify(state));
    },
    async webhookStates() {
      return valuesOf(list.all(), webhookStateFrom);
    },
  };
}
