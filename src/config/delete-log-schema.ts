/** The log in which a file keeps what was deleted: of a table, and of one server where it is otherwise or missing. */
import { z } from 'zod';
import { text } from './schema-parts.ts';

const parts = {
  layout: text.optional().describe('Name of the layout that shows the log of deletes'),
  table: text
    .optional()
    .describe('Name of the table occurrence of the log of deletes, for servers with api: odata'),
  key: text.describe('Name of the field in the log that holds the key of the deleted record'),
  deletedAt: text.describe('Name of the timestamp field in the log that says when it was deleted'),
};

export const deleteLog = z
  .strictObject(parts)
  .describe(
    'The log of deletes that each sending server keeps, such as { layout: Deletes_Sync, key: record_id, deletedAt: deleted_at }',
  );

export const ownDeleteLog = z
  .union([z.literal('none'), z.strictObject(parts).partial()])
  .describe(
    'The log of deletes on this server where it is otherwise: none, or what differs of { layout: …, key: …, deletedAt: … }',
  );
