/**
 * Counts what is asked of DynamoDB, SQS and S3, one request after the other: for the tests that hold how much a piece of work may
 * cost, and for the figures of the cost model. Functions do not count: the figures are the same for the same work.
 *
 * Units are those that the service says it consumed. Of a write whose condition did not hold it says nothing, and AWS counts the
 * size of what would have been written, or one unit ("Capacity unit consumption for write operations", DynamoDB developer guide).
 */
import type { DynamoDBClient, ServiceInputTypes as TableInput } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { noUsage, plus, type Usage } from '../../core/usage.ts';
import { itemBytes } from './item-bytes.ts';
import { namesOf } from './state-error.ts';

/** One request. */
export type Operation = {
  readonly service: 'dynamodb' | 'sqs' | 's3';
  /** Such as `BatchGetItem`. */
  readonly name: string;
  readonly usage: Usage;
};

type Clients = { readonly dynamo: DynamoDBClient; readonly sqs: SQSClient; readonly s3: S3Client };

export class OperationMeter {
  #operations: Operation[] = [];

  /** All that these clients ask for from now on. */
  watch({ dynamo, sqs, s3 }: Clients): void {
    this.#watchTables(dynamo);
    sqs.middlewareStack.add(
      (next, context) => async (args) => {
        this.#note('sqs', context.commandName, { queueRequests: requestsFor(args.input) });
        return next(args);
      },
      { step: 'initialize' },
    );
    s3.middlewareStack.add(
      (next, context) => async (args) => {
        this.#note('s3', context.commandName, objectUsage(context.commandName ?? ''));
        return next(args);
      },
      { step: 'initialize' },
    );
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  get usage(): Usage {
    return this.#operations.map(({ usage }) => usage).reduce(plus, noUsage);
  }

  /** What was counted so far, and counts from the beginning. */
  take(): readonly Operation[] {
    const taken = this.#operations;
    this.#operations = [];
    return taken;
  }

  #watchTables(dynamo: DynamoDBClient): void {
    dynamo.middlewareStack.add(
      (next, context) => async (args) => {
        const { commandName } = context;
        const isRead = reads.has(shortName(commandName));
        const noted = (units: number): void =>
          this.#note('dynamodb', commandName, isRead ? { readUnits: units } : { writeUnits: units });
        try {
          const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: 'TOTAL' } });
          noted(unitsIn(answer.output));
          return answer;
        } catch (error) {
          if (namesOf(error).includes('ConditionalCheckFailedException')) noted(refusedUnits(args.input));
          throw error;
        }
      },
      { step: 'initialize' },
    );
  }

  #note(service: Operation['service'], commandName: string | undefined, usage: Partial<Usage>): void {
    this.#operations.push({ service, name: shortName(commandName), usage: { ...noUsage, ...usage } });
  }
}

const shortName = (commandName = ''): string => commandName.replace(/Command$/, '');

const reads: ReadonlySet<string> = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan']);

type Consumed = { readonly CapacityUnits?: number | undefined };

function unitsIn(output: object): number {
  const given: unknown = 'ConsumedCapacity' in output ? output.ConsumedCapacity : undefined;
  const all: readonly Consumed[] = Array.isArray(given) ? given : isConsumed(given) ? [given] : [];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

const isConsumed = (given: unknown): given is Consumed => typeof given === 'object' && given !== null;

const refusedUnits = (input: TableInput): number =>
  'Item' in input && input.Item !== undefined ? Math.max(1, Math.ceil(itemBytes(input.Item) / 1024)) : 1;

const chunkBytes = 64 * 1024;

const requestsFor = (input: object): number =>
  Math.max(1, Math.ceil(Buffer.byteLength(JSON.stringify(input)) / chunkBytes));

/** Deleting is free. */
function objectUsage(commandName: string): Partial<Usage> {
  if (commandName.startsWith('Delete')) return {};
  return /^(Put|Copy|Create|Complete|Upload|List)/.test(commandName) ? { objectPuts: 1 } : { objectGets: 1 };
}
