/** A webhook as it was added, and what of it is not delivered yet: shapes as recorded of FileMaker Server 22.0.4. */
import { z } from 'zod';
import type { Row } from '../../store/row-set.ts';
import type { Occurrence } from '../../store/occurrence.ts';
import type { ODataExchange } from '../exchange.ts';

const headers = z.record(z.string(), z.string());

/** Of `Webhook.Add`; `headers` is what `endpointHeaders` was called before. */
export const webhookBody = z.object({
  webhook: z.string().min(1),
  tableName: z.string().min(1),
  endpointHeaders: headers.optional(),
  headers: headers.optional(),
  queryHeaders: headers.default({}),
  notifySchemaChanges: z.boolean().default(false),
  select: z.string().default(''),
  filter: z.string().default(''),
  maxFailedAttempts: z.int().min(0).default(0),
});

export type WebhookBody = z.output<typeof webhookBody>;

export type Operation = {
  readonly operation: 'ADD' | 'UPDATE' | 'DELETE' | 'SCHEMA';
  readonly rowIDs: readonly number[];
  /** As they were then; of a delete none is left. */
  readonly rows: readonly Row[];
  readonly status: 'NOT_SENT';
  lastErrorCode: number;
  lastErrorMessage: string;
  sendAttempts: number;
};

export type Webhook = {
  readonly id: number;
  readonly body: WebhookBody;
  readonly occurrence: Occurrence;
  /** The request that added it: by its account and its form records are shown. */
  readonly addedBy: ODataExchange;
  /** Oldest first. */
  readonly pending: Operation[];
  isRemoved: boolean;
  /** Somebody is at work on what is pending. */
  isSending: boolean;
};

export const endpointHeaders = ({ endpointHeaders: now, headers: before }: WebhookBody) =>
  now ?? before ?? {};

export const operationOf = (
  operation: Operation['operation'],
  rowIDs: readonly number[],
  rows: readonly Row[] = [],
): Operation => ({
  operation,
  rowIDs,
  rows,
  status: 'NOT_SENT',
  lastErrorCode: 0,
  lastErrorMessage: '',
  sendAttempts: 0,
});

/** As GetAll and Get show it. */
export const shownWebhook = ({ id, body, pending }: Webhook): object => ({
  webhookID: id,
  tableName: body.tableName,
  webhook: body.webhook,
  headers: endpointHeaders(body),
  notifySchemaChanges: body.notifySchemaChanges,
  select: body.select,
  filter: body.filter,
  pendingOperations: pending.map(({ rows: _rows, ...operation }) => operation),
});
