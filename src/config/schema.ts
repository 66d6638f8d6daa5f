/**
 * The shape of `serversync.yaml`. Descriptions are for editors (through the JSON Schema) and for the remedies of
 * problems; what concerns more than one value is in cross-checks.ts.
 */
import { z } from 'zod';
import type { Api } from '../core/api.ts';
import type { ConflictPolicy } from '../core/link.ts';
import { defaultNiceness, nicenesses } from '../core/niceness.ts';
import { after } from './parents.ts';
import { awsSchema } from './aws-schema.ts';
import { containers } from './containers.ts';
import { deleteLog, ownDeleteLog } from './delete-log-schema.ts';
import { allExcept, fieldEntry, mergePolicy } from './field-modes.ts';
import { emailMistake } from './email-mistake.ts';
import {
  checked,
  dataBudget,
  duration,
  keptHistory,
  maintenance,
  maxRate,
  reportSchedule,
  sweepSchedule,
  text,
} from './schema-parts.ts';
import { retention } from './retention.ts';
import { script } from './script-schema.ts';
import { leave, where } from './share-schema.ts';
import { timeZoneMistake } from './time-zone-mistake.ts';
import { urlMistake } from './url-mistake.ts';
import { wake, webhook } from './wake.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** Names become parts of variables, queues and rows; a first letter also keeps the order of the file. */
export const nameForm = /^[A-Za-z][A-Za-z0-9_-]{0,39}$/;

const named = z.string().regex(nameForm);

const url = checked(urlMistake).transform((value) => new URL(value).origin);
export const serverSchema = z
  .strictObject({
    url: url.meta({
      description: 'Address of the server, such as https://fm-hq.example.com; http only for this machine',
      examples: ['https://fm-hq.example.com'],
    }),
    database: text
      .optional()
      .describe('Name of the database (the FileMaker file, without .fmp12) unless a table names its own'),
    timeZone: checked(timeZoneMistake).meta({
      description: 'Time zone of the host, by its IANA name such as America/New_York',
      examples: ['America/New_York', 'Europe/London', 'UTC'],
    }),
    api: z
      .enum(['data', 'odata'] satisfies Api[])
      .default('data')
      .describe(
        'API of the server: data (default: the FileMaker Data API, which sees tables by layouts) or odata (no layouts are needed)',
      ),
    sessions: z
      .int()
      .min(1)
      .max(100)
      .default(8)
      .describe(
        'The most sessions ever open on this server at once, a whole number from 1 to 100; with api: odata, which has no sessions, the most requests at once',
      ),
    niceness: z
      .literal(nicenesses)
      .default(defaultNiceness)
      .describe(
        'How considerate it is of those who work on this server: 0 (as fast as the server takes it), 1 (default: gives way when answers become slow), 2 (gives way further), 3 (one request at a time, on AWS one of each function)',
      ),
    maxRate,
    wake,
    caFile: text
      .optional()
      .describe('File of the certificate authority (PEM) that signed the server, relative to this file'),
    script,
    dataBudget,
    maintenance,
  })
  .describe('A map with url, timeZone and usually database');

const modified = z
  .union([
    text,
    z.strictObject({
      field: text.describe('Name of the modification timestamp field'),
      stampedBy: z
        .enum(['host', 'user', 'utcMilliseconds'])
        .default('host')
        .describe(
          'Whose clock sets the stamp: host, user, or utcMilliseconds for a number of Get(CurrentTimeUTCMilliseconds)',
        ),
    }),
  ])
  .transform((entry) => (typeof entry === 'string' ? { field: entry, stampedBy: 'host' as const } : entry));

/** Assumed; large enough for a day's work in an office, small against a table that is emptied by mistake. */
const deleteLimit = z
  .strictObject({
    records: z.int().min(0).default(20).describe('So many deletes in 24 hours are always let pass'),
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(2)
      .describe('So many deletes in 24 hours are let pass too, in percent of the records of the table'),
  })
  .prefault({})
  .describe(
    'The most deletes of a server in 24 hours, such as { records: 20, percent: 2 }; more halt the table there',
  );

const deletePolicy = z
  .enum(['edit-wins', 'delete-wins', 'ignore'])
  .default('edit-wins')
  .describe(
    'edit-wins: a record that was edited elsewhere meanwhile comes back; delete-wins: it does not; ignore: deletes stay where they were made',
  );

const deletes = z
  .union([
    deletePolicy,
    z.strictObject({ policy: deletePolicy, limit: deleteLimit, log: deleteLog.optional() }),
  ])
  .prefault({})
  .transform((entry) =>
    typeof entry === 'string' ? { policy: entry, limit: { records: 20, percent: 2 }, log: undefined } : entry,
  )
  .describe(
    'What a delete does: edit-wins (it goes everywhere; a record that was edited elsewhere meanwhile comes back), delete-wins, ignore, or { policy: …, limit: { records: 20, percent: 2 }, log: … }',
  );

const conflicts = z
  .union([
    z.enum(['newest', 'hold']),
    z.strictObject({
      prefer: z
        .array(text.describe('Name of a server of this table'))
        .min(1)
        .describe('List of servers of this table: of two edits, that of the server named first wins'),
    }),
  ])
  .default('newest')
  .transform((entry): ConflictPolicy => {
    if (typeof entry === 'string') return { kind: entry };
    return { kind: 'prefer', servers: entry.prefer };
  })
  .describe(
    'Who wins a conflict: newest, the later edit; hold, nobody until a person chooses; or { prefer: [hq, …] }, the server named first',
  );

const linkSchema = z
  .strictObject({
    layout: text.optional().describe('Name of the layout that shows the table to the sync'),
    table: text
      .optional()
      .describe(
        'Name of the table occurrence of the table, where the server has api: odata; beside a layout, only for webhooks',
      ),
    sweepLayout: text
      .optional()
      .describe(
        'Name of a layout of the same table with the key and the modification stamp alone, for sweeps (over OData they read no more by themselves)',
      ),
    database: text.optional().describe("Name of the database, where it is not the server's own"),
    role: z
      .enum(['both', 'send', 'receive'])
      .default('both')
      .describe('What the server does for the table: both, send (it is never written) or receive'),
    rename: z
      .record(text, text.describe('Name of the field on this server'))
      .default({})
      .describe('Fields that have another name on this server, such as { name: FullName }'),
    where: where.optional(),
    leave: leave.optional(),
    deleteLog: ownDeleteLog.optional(),
  })
  .meta({
    description:
      'A map such as { layout: Contacts_Sync }, or { table: Contacts } where the server has api: odata',
    // For editors; whoever reads the file knows which of the two (api-checks.ts).
    anyOf: ['layout', 'table'].map((name) => ({ properties: { [name]: true }, required: [name] })),
  });

export const tableSchema = z
  .strictObject({
    key: text.describe('Name of the primary-key field, whose values are the same on every server'),
    modified: modified.describe(
      'Name of the modification timestamp field, or { field: …, stampedBy: host | user | utcMilliseconds }',
    ),
    fields: z
      .union([z.literal('all'), z.array(fieldEntry).min(1), allExcept])
      .describe(
        'List of the fields to keep the same, or all: every writable field that the layouts share and FileMaker does not fill by itself; or { allExcept: [notes] }',
      ),
    createOnly: z
      .array(text)
      .default([])
      .describe('List of fields that are sent with a new record and never afterwards'),
    merge: mergePolicy,
    after,
    servers: z
      .record(named, linkSchema)
      .describe(
        'Map from at least two server names to where the table lives there, such as hq: { layout: Contacts_Sync }',
      ),
    conflicts,
    deletes,
  })
  .describe('A map with key, modified, fields and servers');

export const fileSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format: the number 1'),
    servers: z
      .record(named, serverSchema)
      .describe(
        'Map from server names to servers, such as hq: { url: …, database: …, timeZone: … }; of two edits whose order cannot be known, the server named first here wins',
      ),
    tables: z
      .record(named, tableSchema)
      .describe(
        'Map from table names to tables, such as contacts: { key: …, modified: …, fields: …, servers: … }',
      ),
    schedule: z
      .strictObject({
        enumerate: duration(
          'How often each server is asked for changes, such as "5 minutes"',
          { min: second, max: 24 * hour },
          '5 minutes',
        ),
        sweep: sweepSchedule,
        settle: duration(
          'How far behind its newest changes a server is read again each time, such as "2 minutes"',
          { min: 0, max: hour },
          '2 minutes',
        ),
      })
      .prefault({})
      .describe('A map of when things happen: enumerate, sweep and settle'),
    alarms: z
      .strictObject({
        lag: duration(
          'The age of a change that is not yet on a server from which an alarm is raised, such as "15 minutes"',
          { min: minute, max: 7 * 24 * hour },
          '15 minutes',
        ),
        skew: duration(
          'The difference between clocks of servers from which an alarm is raised, such as "5 seconds"',
          { min: second, max: 24 * hour },
          '5 seconds',
        ),
        email: checked(emailMistake)
          .optional()
          .meta({
            description: 'Address to which alarms are sent (on AWS only), such as ops@example.com',
            examples: ['ops@example.com'],
          }),
        report: reportSchedule,
      })
      .prefault({})
      .describe('A map of what raises an alarm, and to whom it goes: lag, skew, email and report'),
    webhook,
    aws: awsSchema.prefault({}),
    containers,
    history: keptHistory,
    retention,
  })
  .describe('A map with version: 1, servers and tables');

export type ParsedServer = z.output<typeof serverSchema>;
export type ParsedTable = z.output<typeof tableSchema>;
export type ParsedLink = z.output<typeof linkSchema>;
export type ParsedFile = z.output<typeof fileSchema>;
