/**
 * One DynamoDB table with `pk` and `sk`, as the rest of this folder uses it. Every read is strongly consistent. A
 * condition that does not hold is a value, not an error; what AWS left undone of a batch is sent again, with growing waits.
 * A conditional write that took effect though its answer was lost is known as such (marks.ts).
 */
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Condition, isPresent } from './conditions.ts';
import { Gets } from './gets.ts';
import { inParallel } from './in-parallel.ts';
import { distinct, keyOfItem } from './item-keys.ts';
import { isMarked, type Mark, markInput, newMark, wasRepeated, withMark } from './marks.ts';
import { AwsStateError, namesOf, translated } from './state-error.ts';

export type Item = Readonly<Record<string, AttributeValue>>;
export type ItemKey = { readonly pk: string; readonly sk: string };

export const attributesOf = ({ pk, sk }: ItemKey): Record<string, AttributeValue> => ({
  pk: { S: pk },
  sk: { S: sk },
});

/** Sort keys of a query: those that begin with `prefix`, or all; from `from` on, that one included, if given. */
export type Range = {
  readonly prefix?: string;
  readonly from?: string;
  readonly limit?: number;
  readonly descending?: boolean;
  /** Attributes to read; all if left out. */
  readonly only?: readonly string[];
};

/** Most keys of one BatchGetItem and most writes of one BatchWriteItem (Service quotas of DynamoDB). */
const mostReads = 100;
const mostWrites = 25;
/** Tries of what a batch left undone, with waits of 50 ms doubled up to 5 s: about 12 s in all (measured), then a later run does it. */
const mostTries = 10;

/** A conditional write took effect; the item as it is since, or was before it was removed. */
type Done = { readonly item: Item | undefined };

export class Table {
  readonly #client: DynamoDBClient;
  #gets: Gets | undefined;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  /** Reads that are asked for in one turn of the event loop go out as one request. */
  get(key: ItemKey): Promise<Item | undefined> {
    const gets = this.#gets ?? this.#startGets();
    this.#gets = gets;
    return gets.add(key);
  }

  #startGets(): Gets {
    const gets = new Gets();
    setImmediate(() => {
      this.#gets = undefined;
      void gets.settle((keys) => this.#getTogether(keys));
    });
    return gets;
  }

  async #getTogether(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const [only, ...others] = keys;
    if (only === undefined || others.length > 0) return this.getAll(keys);
    const command = new GetItemCommand({
      TableName: this.name,
      Key: attributesOf(only),
      ConsistentRead: true,
    });
    const { Item } = await this.#send(() => this.#client.send(command));
    return Item === undefined ? [] : [Item];
  }

  /** Items by pk and sk, in no order; those that do not exist are left out. A key that is given twice is read once. */
  async getAll(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const found = await inParallel(chunks(distinct(keys), mostReads), (chunk) => this.#getChunk(chunk), 8);
    return found.flat();
  }

  /** False where the condition does not hold; then nothing is changed. */
  async put(item: Item, condition: Condition): Promise<boolean> {
    const by = newMark();
    const command = new PutItemCommand({
      TableName: this.name,
      Item: withMark(item, by),
      ...conditionInput(condition),
    });
    const send = () => this.#client.send(command);
    return (await this.#conditional(send, () => this.#marked(keyOfItem(item), by))) !== undefined;
  }

  /** Stores or overwrites. */
  async replace(item: Item): Promise<void> {
    const command = new PutItemCommand({ TableName: this.name, Item: { ...item } });
    await this.#send(() => this.#client.send(command));
  }

  /** `set`: an update expression such as `SET rev = rev + :one`. Gives the item as it is then, or undefined where the condition does not hold. */
  async update(
    key: ItemKey,
    set: {
      readonly expression: string;
      readonly names?: Readonly<Record<string, string>>;
      readonly values: Item;
    },
    condition: Condition = isPresent,
  ): Promise<Item | undefined> {
    const by = newMark();
    const mark = markInput(by);
    const command = new UpdateItemCommand({
      TableName: this.name,
      Key: attributesOf(key),
      UpdateExpression: `${set.expression}${mark.set}`,
      ConditionExpression: condition.expression,
      ExpressionAttributeNames: { ...set.names, ...condition.names, ...mark.names },
      ExpressionAttributeValues: { ...set.values, ...condition.values, ...mark.values },
      ReturnValues: 'ALL_NEW',
    });
    const send = () => this.#client.send(command);
    return (await this.#conditional(send, () => this.#marked(key, by)))?.item;
  }

  /**
   * Gives the item that was removed; undefined where there was none or the condition does not hold. Where the answer was lost
   * and the item is gone, its key is all that is given.
   */
  async remove(key: ItemKey, condition?: Condition): Promise<Item | undefined> {
    const command = new DeleteItemCommand({
      TableName: this.name,
      Key: attributesOf(key),
      ...(condition && conditionInput(condition)),
      ReturnValues: 'ALL_OLD',
    });
    const send = () => this.#client.send(command);
    return (await this.#conditional(send, () => this.#gone(key)))?.item;
  }

  /** Where a write with this mark was the last: the item. */
  async #marked(key: ItemKey, by: Mark): Promise<Done | undefined> {
    const [item] = await this.getAll([key]);
    return isMarked(item, by) ? { item } : undefined;
  }

  async #gone(key: ItemKey): Promise<Done | undefined> {
    return (await this.getAll([key])).length === 0 ? { item: attributesOf(key) } : undefined;
  }

  /** Stores or overwrites all, in no order. */
  async putAll(items: readonly Item[]): Promise<void> {
    await this.#writeAll(items.map((item) => ({ PutRequest: { Item: { ...item } } })));
  }

  async removeAll(keys: readonly ItemKey[]): Promise<void> {
    await this.#writeAll(keys.map((key) => ({ DeleteRequest: { Key: attributesOf(key) } })));
  }

  /** The items of a partition in the order of their sort keys. */
  async *query(pk: string, range: Range = {}): AsyncGenerator<Item> {
    let left = range.limit ?? Number.POSITIVE_INFINITY;
    let start: Record<string, AttributeValue> | undefined;
    do {
      const answer = await this.#send(() => this.#client.send(this.#queryCommand(pk, range, left, start)));
      for (const item of answer.Items ?? []) {
        yield item;
        left -= 1;
      }
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && left > 0);
  }

  /** `without`: items that have this attribute are not counted. */
  async count(pk: string, without?: string): Promise<number> {
    let count = 0;
    let start: Record<string, AttributeValue> | undefined;
    do {
      const command = this.#queryCommand(pk, {}, Number.POSITIVE_INFINITY, start);
      command.input.Select = 'COUNT';
      if (without !== undefined) {
        command.input.FilterExpression = 'attribute_not_exists(#without)';
        command.input.ExpressionAttributeNames = {
          ...command.input.ExpressionAttributeNames,
          '#without': without,
        };
      }
      const answer = await this.#send(() => this.#client.send(command));
      count += answer.Count ?? 0;
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    return count;
  }

  /**
   * Of all items that have one of these attributes, these attributes, in no order: each item that was there when the call
   * began and stays is among them. One of `of` parts of the table. Reads all of it.
   */
  async *scan(having: readonly string[], part: number, of: number): AsyncGenerator<Item> {
    const names = Object.fromEntries(having.map((name) => [`#${name}`, name]));
    const exist = Object.keys(names).map((name) => `attribute_exists(${name})`);
    let start: Record<string, AttributeValue> | undefined;
    do {
      const command = new ScanCommand({
        TableName: this.name,
        ConsistentRead: true,
        Segment: part,
        TotalSegments: of,
        ProjectionExpression: Object.keys(names).join(', '),
        FilterExpression: exist.join(' OR '),
        ExpressionAttributeNames: names,
        ...(start && { ExclusiveStartKey: start }),
      });
      const answer = await this.#send(() => this.#client.send(command));
      yield* answer.Items ?? [];
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
  }

  #queryCommand(
    pk: string,
    { prefix, from, descending, only }: Range,
    left: number,
    start: Record<string, AttributeValue> | undefined,
  ): QueryCommand {
    const range = rangeOf(prefix, from);
    const names = Object.fromEntries((only ?? []).map((name) => [`#${name}`, name]));
    return new QueryCommand({
      TableName: this.name,
      ConsistentRead: true,
      KeyConditionExpression: ['pk = :pk', ...range.expression].join(' AND '),
      ExpressionAttributeValues: { ':pk': { S: pk }, ...range.values },
      ...(only && { ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names }),
      ...(descending && { ScanIndexForward: false }),
      ...(Number.isFinite(left) && { Limit: left }),
      ...(start && { ExclusiveStartKey: start }),
    });
  }

  async #getChunk(keys: readonly ItemKey[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    let open: readonly Record<string, AttributeValue>[] = keys.map(attributesOf);
    for (let tries = 1; open.length > 0; tries += 1) {
      await this.#waitBefore(tries);
      const RequestItems = { [this.name]: { Keys: [...open], ConsistentRead: true } };
      const answer = await this.#send(() => this.#client.send(new BatchGetItemCommand({ RequestItems })));
      found.push(...(answer.Responses?.[this.name] ?? []));
      open = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
    }
    return found;
  }

  async #writeAll(requests: readonly WriteRequest[]): Promise<void> {
    await inParallel(chunks(requests, mostWrites), (chunk) => this.#writeChunk(chunk), 8);
  }

  async #writeChunk(requests: readonly WriteRequest[]): Promise<void> {
    let open = requests;
    for (let tries = 1; open.length > 0; tries += 1) {
      await this.#waitBefore(tries);
      const RequestItems = { [this.name]: [...open] };
      const answer = await this.#send(() => this.#client.send(new BatchWriteItemCommand({ RequestItems })));
      open = answer.UnprocessedItems?.[this.name] ?? [];
    }
  }

  async #waitBefore(tries: number): Promise<void> {
    if (tries === 1) return;
    if (tries > mostTries) {
      throw new AwsStateError(
        'state-busy',
        this.#place,
        `it left part of a batch undone, tried ${mostTries} times`,
        'Nothing is lost: what was not done is done by a later run',
      );
    }
    await sleep(Math.min(5_000, 50 * 2 ** (tries - 2)) * (0.5 + Math.random() / 2));
  }

  /** Undefined where the condition does not hold. `done`: what was done where an earlier try took effect. */
  async #conditional(
    request: () => Promise<{ readonly Attributes?: Item | undefined }>,
    done: () => Promise<Done | undefined>,
  ): Promise<Done | undefined> {
    const became = await this.#send(async () => {
      try {
        return { item: (await request()).Attributes };
      } catch (error) {
        if (!namesOf(error).includes('ConditionalCheckFailedException')) throw error;
        return wasRepeated(error) ? 'repeated' : 'refused';
      }
    });
    if (became === 'refused') return undefined;
    return became === 'repeated' ? done() : became;
  }

  get #place(): string {
    return `table ${this.name}`;
  }

  #send<Answer>(request: () => Promise<Answer>): Promise<Answer> {
    return translated(this.#place, request);
  }
}

function rangeOf(prefix: string | undefined, low: string | undefined) {
  // One condition on the sort key is all that a query takes: the end of a prefix is the highest text that begins with it.
  if (low !== undefined && prefix !== undefined) {
    const values = { ':low': { S: low }, ':high': { S: `${prefix}\u{10FFFF}` } };
    return { expression: ['sk BETWEEN :low AND :high'], values };
  }
  if (low !== undefined) return { expression: ['sk >= :low'], values: { ':low': { S: low } } };
  if (prefix === undefined) return { expression: [], values: {} };
  return { expression: ['begins_with(sk, :prefix)'], values: { ':prefix': { S: prefix } } };
}

const conditionInput = ({ expression, names, values }: Condition) => ({
  ConditionExpression: expression,
  ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: { ...names } }),
  ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: { ...values } }),
});

const chunks = <Value>(values: readonly Value[], size: number): readonly (readonly Value[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, at) =>
    values.slice(at * size, (at + 1) * size),
  );
