/** What was read of files of records that are not put down yet. An item of its own for each row, which expires by itself. */
import { filesReadKeptMs } from '../../core/files-read.ts';
import type { FilesReadings } from '../../ports/control.ts';
import { expiresAt } from './attributes.ts';
import type { Documents } from './documents.ts';
import { partsOf, sortKeyOf } from './sort-keys.ts';
import { storedIfAny } from './stored-values.ts';

export const filesReadPartition = (table: string, server: string): string =>
  partsOf('files-read', table, server);

const keyOf = (table: string, server: string, recordId: string) => ({
  pk: filesReadPartition(table, server),
  sk: sortKeyOf(recordId),
});

export const filesReadIn = (documents: Documents): FilesReadings => ({
  async filesRead(table, server, recordId) {
    return storedIfAny('filesRead', await documents.get(keyOf(table, server, recordId)));
  },
  async putFilesRead(read) {
    const key = keyOf(read.table, read.server, read.recordId);
    await documents.replace(key, read, expiresAt(read.at + filesReadKeptMs));
  },
  async dropFilesRead(table, server, recordId) {
    await documents.table.remove(keyOf(table, server, recordId));
  },
});
