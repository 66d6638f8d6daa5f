/**
 * Whole values as one attribute, `body`, in JSON. DynamoDB takes 400 KB in an item and charges by size, so that texts above
 * 32 KB go to S3, and a body that is too large all the same goes there as a whole; `objects` names what lies there.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { LargeValues } from './large-values.ts';
import type { Item } from './table.ts';

/** Larger texts cost less in S3 than in a row that is written again with each change (prices of us-east-1: from about 8 KB on). */
const largestText = 32 * 1024;

/** With room for the other attributes below the 400 KB of an item. */
const largestBody = 300 * 1024;

export class Bodies {
  readonly #large: LargeValues;

  constructor(large: LargeValues) {
    this.#large = large;
  }

  /** The attributes that hold the value, at most `largest` bytes of them. What goes to S3 is stored there when this returns. */
  async pack(value: unknown, largest = largestBody): Promise<Record<string, AttributeValue>> {
    const texts = new Map<string, string>();
    const body = JSON.stringify(value, (_name, part: unknown) => outside(part, texts));
    if (Buffer.byteLength(body) > largest) return this.#packWhole(body, texts);
    await this.#large.put(texts);
    return texts.size === 0
      ? { body: { S: body } }
      : { body: { S: body }, objects: { SS: [...texts.keys()] } };
  }

  /** The value as it was packed, in JSON. */
  async unpack(item: Item): Promise<string> {
    const whole = item['whole']?.S;
    const body = whole === undefined ? item['body']?.S : (await this.#large.get([whole])).get(whole);
    if (body === undefined) throw new TypeError('an item has no body');
    const names = item['objects']?.SS ?? [];
    if (names.length === 0) return body;
    const texts = await this.#large.get(names);
    return JSON.stringify(JSON.parse(body, (_name, part: unknown) => inside(part, texts)));
  }

  async #packWhole(body: string, texts: Map<string, string>): Promise<Record<string, AttributeValue>> {
    const name = LargeValues.nameOf(body);
    const objects = [...texts.keys()];
    await this.#large.put(texts.set(name, body));
    return { whole: { S: name }, ...(objects.length > 0 && { objects: { SS: objects } }) };
  }
}

function outside(part: unknown, texts: Map<string, string>): unknown {
  if (typeof part !== 'string' || part.length * 3 <= largestText) return part;
  if (Buffer.byteLength(part) <= largestText) return part;
  const object = LargeValues.nameOf(part);
  texts.set(object, part);
  return { object };
}

/** A field may be called `object`: only what the item names was put outside, and a value of ours is never an object's hash alone. */
function inside(part: unknown, texts: ReadonlyMap<string, string>): unknown {
  if (typeof part !== 'object' || part === null || !('object' in part)) return part;
  const isOnly = Object.keys(part).length === 1 && typeof part.object === 'string';
  return isOnly ? (texts.get(String(part.object)) ?? part) : part;
}
