import type { Meetings } from '../../ports/control.ts';
import { valueOf, valuesOf } from './columns.ts';
import type { StateFile } from './state-file.ts';
import { meetingFrom } from './stored-values.ts';

const sql = {
  read: 'SELECT value FROM meetings WHERE tbl = ? AND server = ?',
  put: 'INSERT OR REPLACE INTO meetings (tbl, server, value) VALUES (?, ?, ?)',
  list: 'SELECT value FROM meetings ORDER BY tbl, server',
};

export function meetingsIn(file: StateFile): Meetings {
  const read = file.prepare(sql.read);
  const put = file.prepare(sql.put);
  const list = file.prepare(sql.list);
  return {
    async meeting(table, server) {
      return valueOf(read.get(table, server), meetingFrom);
    },
    async putMeeting(meeting) {
      put.run(meeting.table, meeting.server, JSON.stringify(meeting));
    },
    async meetings() {
      return valuesOf(list.all(), meetingFrom);
    },
  };
}
