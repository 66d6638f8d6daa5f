/** Values that are stored under a key of their own: read (in JSON), stored, and replaced where a condition holds. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Bodies } from './bodies.ts';
import type { Condition } from './conditions.ts';
import { inParallel } from './in-parallel.ts';
import { attributesOf, type Item, type ItemKey, type Range, type Table } from './table.ts';
import { readFor, ValueMissing } from './value-missing.ts';

type Attributes = Readonly<Record<string, AttributeValue>>;

export type Valued = { readonly item: Item; readonly value: string };

export class Documents {
  readonly table: Table;
  readonly #bodies: Bodies;

  constructor(table: Table, bodies: Bodies) {
    this.table = table;
    this.#bodies = bodies;
  }

  valueOf(item: Item): Promise<string> {
    return readFor(item, () => this.#bodies.unpack(item));
  }

  async get(key: ItemKey): Promise<string | undefined> {
    const item = await this.table.get(key);
    return item && this.valueOf(item);
  }

  /** With the item, in no order; those that do not exist are left out. */
  async getAll(keys: readonly ItemKey[]): Promise<readonly Valued[]> {
    return this.#withValues(await this.table.getAll(keys));
  }

  /** In the order of the sort keys. */
  async list(pk: string, range: Range = {}): Promise<readonly string[]> {
    const items = await Array.fromAsync(this.table.query(pk, range));
    return (await this.#withValues(items)).map(({ value }) => value);
  }

  /** `attributes`: what conditions and queries need besides the value. */
  async replace(key: ItemKey, value: unknown, attributes: Attributes = {}): Promise<void> {
    await this.table.replace(await this.#item(key, value, attributes));
  }

  /** False where the condition does not hold. */
  async put(key: ItemKey, value: unknown, attributes: Attributes, condition: Condition): Promise<boolean> {
    return this.table.put(await this.#item(key, value, attributes), condition);
  }

  /** Stores or overwrites all, in no order. Keys without doubles. */
  async putAll(
    all: readonly { readonly key: ItemKey; readonly value: unknown; readonly attributes?: Attributes }[],
  ): Promise<void> {
    const items = await inParallel(all, ({ key, value, attributes = {} }) =>
      this.#item(key, value, attributes),
    );
    await this.table.putAll(items);
  }

  async #item(key: ItemKey, value: unknown, attributes: Attributes): Promise<Item> {
    return { ...attributesOf(key), ...attributes, ...(await this.#bodies.pack(value)) };
  }

  /** Throws ValueMissing of all items that miss something, after the others were read. */
  async #withValues(items: readonly Item[]): Promise<readonly Valued[]> {
    const missing: ValueMissing[] = [];
    const read = await inParallel(items, async (item) => {
      try {
        return { item, value: await this.valueOf(item) };
      } catch (error) {
        if (!(error instanceof ValueMissing)) throw error;
        missing.push(error);
        return undefined;
      }
    });
    const [first] = missing;
    if (first !== undefined) throw ValueMissing.together(first, missing);
    return read.filter((one) => one !== undefined);
  }
}
