/** The whole state on AWS: two DynamoDB tables, a bucket for large values, a queue for each receiving server. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Identity } from '../../core/identity.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import type { Control } from '../../ports/control.ts';
import type { FileNames, Files } from '../../ports/files.ts';
import type { Forgetting } from '../../ports/forgetting.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Records } from '../../ports/records.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { auditIn } from './audit.ts';
import { batchRowsIn } from './batch-rows.ts';
import { Bodies } from './bodies.ts';
import { clocksIn } from './clocks.ts';
import { dataUsesIn } from './data-uses.ts';
import { deleteLogsIn } from './delete-logs.ts';
import { Documents } from './documents.ts';
import { fileNamesIn } from './file-names.ts';
import { filesReadIn } from './files-read.ts';
import { forgettingIn } from './forgetting.ts';
import { historyIn } from './history.ts';
import { bindRecords, bindTo, checkBinding, checkFormat, type Checking } from './identity.ts';
import { keepsakesIn } from './keepsakes.ts';
import { LargeNotes } from './large-notes.ts';
import { LargeValues } from './large-values.ts';
import { leasesIn } from './leases.ts';
import { pausesIn } from './pauses.ts';
import {
  accountViewsIn,
  bookmarksIn,
  breakersIn,
  fieldListsIn,
  meetingsIn,
  shapesIn,
  webhookStatesIn,
} from './plain-documents.ts';
import { queueOn, unreadableOn } from './queue.ts';
import { ObjectVersions } from './object-versions.ts';
import { recordsIn } from './records.ts';
import { runsIn } from './runs.ts';
import { S3Files } from './s3-files.ts';
import { haltsIn, suspectsIn, sweepsIn } from './safety.ts';
import { sessionSlotsIn } from './session-slots.ts';
import { Table } from './table.ts';
import type { Wakes } from '../../ports/wakes.ts';
import { wakesIn } from './wakes.ts';
import { watermarksIn } from './watermarks.ts';

export type AwsStateOptions = {
  readonly clients: { readonly dynamo: DynamoDBClient; readonly sqs: SQSClient; readonly s3: S3Client };
  readonly recordsTable: string;
  readonly controlTable: string;
  readonly bucket: string;
  /** A server's queue is named so, and then by the server. */
  readonly queuePrefix: string;
  /** The name of the stack: tables and messages of another one are refused. */
  readonly installation: string;
  /** When this holder of sessions is surely gone. */
  readonly heldUntil: () => EpochMs;
  /** Default: this machine's clock. */
  readonly now?: () => EpochMs;
};

export type AwsState = {
  readonly records: Records;
  readonly control: Control;
  readonly queue: Queue;
  readonly files: Files;
  readonly fileNames: FileNames;
  readonly forgetting: Forgetting;
  /** Hints of webhooks. */
  readonly wakes: Wakes;
  readonly sessions: SessionSlots;
  /** How many messages of a server nobody could read. */
  readonly unreadable: (server: ServerName) => Promise<number>;
  /** Throws AwsStateError where the tables belong to another installation, format, servers or tables; stores nothing. */
  readonly checkIdentity: (identity: Identity, checking?: Checking) => Promise<void>;
  /** The same, of the installation and the format only: for a process that was bound before. One read of one item. */
  readonly checkFormat: () => Promise<void>;
  /** Binds the state to installation, servers and tables, or throws AwsStateError. */
  readonly bindTo: (identity: Identity) => Promise<void>;
  /** Throws AwsStateError where the table of records is another installation's. Whoever writes heads or replicas asks first. */
  readonly bindRecords: () => Promise<void>;
};

/** Sends nothing yet. */
export function awsState(options: AwsStateOptions): AwsState {
  const { clients, bucket, installation, heldUntil, queuePrefix: prefix } = options;
  const control = new Table(clients.dynamo, options.controlTable);
  const large = new LargeValues(clients.s3, bucket, options.now ?? Date.now);
  const bodies = new Bodies(large);
  const documents = new Documents(control, bodies);
  const records = new Table(clients.dynamo, options.recordsTable);
  const queues = { client: clients.sqs, prefix, installation };
  const fileNames = fileNamesIn([records, control], large);
  const ofRecords = new Documents(records, bodies);
  return {
    records: recordsIn(ofRecords),
    control: controlIn(documents, bodies),
    queue: queueOn(queues),
    files: new S3Files(clients.s3, bucket, options.now ?? Date.now),
    fileNames,
    forgetting: forgettingIn({
      records: ofRecords,
      control: documents,
      rows: batchRowsIn(control, bodies),
      notes: new LargeNotes({
        control,
        tables: [records, control],
        large,
        files: { names: fileNames, versions: new ObjectVersions(clients.s3, bucket) },
      }),
    }),
    wakes: wakesIn(control),
    unreadable: unreadableOn(queues),
    sessions: sessionSlotsIn(control, { heldUntil }),
    checkIdentity: (identity, checking) => checkBinding(documents, installation, identity, checking),
    checkFormat: () => checkFormat(control, installation),
    bindTo: (identity) => bindTo(documents, installation, identity),
    bindRecords: () => bindRecords(records, installation),
  };
}

function controlIn(documents: Documents, bodies: Bodies): Control {
  const { table } = documents;
  return {
    ...batchRowsIn(table, bodies),
    ...watermarksIn(documents),
    ...deleteLogsIn(documents),
    ...clocksIn(documents),
    ...keepsakesIn(documents),
    ...historyIn(documents),
    ...meetingsIn(documents),
    ...fieldListsIn(documents),
    ...shapesIn(documents),
    ...runsIn(documents),
    ...bookmarksIn(documents),
    ...breakersIn(documents),
    ...dataUsesIn(table),
    ...accountViewsIn(documents),
    ...webhookStatesIn(documents),
    ...filesReadIn(documents),
    ...leasesIn(table),
    ...suspectsIn(documents),
    ...haltsIn(documents),
    ...sweepsIn(documents),
    ...pausesIn(documents),
    ...auditIn(documents),
  };
}
