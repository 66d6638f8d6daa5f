/** A DynamoDB client that notes what it asks for, and is given back part of each batch, as by an AWS that is busy. */
import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  DynamoDBClient,
  KeysAndAttributes,
  ServiceInputTypes,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Emulators } from './emulators.ts';

export type WatchedDynamo = {
  /** Whoever asked for it destroys it. */
  readonly dynamo: DynamoDBClient;
  /** What was asked for so far. */
  readonly asked: readonly ServiceInputTypes[];
};

/** `most`: so many of each batch are done, the rest is given back; default: all are. */
export function watchedDynamo(emulators: Emulators, most = Number.POSITIVE_INFINITY): WatchedDynamo {
  const dynamo = emulators.newDynamo();
  const asked: ServiceInputTypes[] = [];
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const { input } = args;
      asked.push(input);
      if (!isBatch(input)) return next(args);
      const { now, left } = isWriting(input) ? partOfWrites(input, most) : partOfReads(input, most);
      if (most === 0) return { response: {}, output: { $metadata: {}, ...left } };
      const done = await next({ ...args, input: now });
      return { ...done, output: { ...done.output, ...left } };
    },
    { step: 'initialize' },
  );
  return { dynamo, asked };
}

type BatchInput = BatchGetItemCommandInput | BatchWriteItemCommandInput;

const isBatch = (input: ServiceInputTypes): input is BatchInput => 'RequestItems' in input;

const isWriting = (input: BatchInput): input is BatchWriteItemCommandInput =>
  Object.values(input.RequestItems ?? {}).every((wanted) => Array.isArray(wanted));

function partOfWrites({ RequestItems = {} }: BatchWriteItemCommandInput, most: number) {
  const part = (from: number, to?: number): Record<string, WriteRequest[]> =>
    Object.fromEntries(
      Object.entries(RequestItems).flatMap(([table, all]) => {
        const some = all.slice(from, to);
        return some.length === 0 ? [] : [[table, some]];
      }),
    );
  return { now: { RequestItems: part(0, most) }, left: { UnprocessedItems: part(most) } };
}

function partOfReads({ RequestItems = {} }: BatchGetItemCommandInput, most: number) {
  const part = (from: number, to?: number): Record<string, KeysAndAttributes> =>
    Object.fromEntries(
      Object.entries(RequestItems).flatMap(([table, { Keys = [], ...rest }]) => {
        const some = Keys.slice(from, to);
        return some.length === 0 ? [] : [[table, { ...rest, Keys: some }]];
      }),
    );
  return { now: { RequestItems: part(0, most) }, left: { UnprocessedKeys: part(most) } };
}
