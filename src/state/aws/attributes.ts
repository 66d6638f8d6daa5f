/** Readers and makers of single attributes. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './table.ts';

export const asText = (value: string): AttributeValue => ({ S: value });
export const asNumber = (value: number): AttributeValue => ({ N: String(value) });

export function textOf(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw new TypeError(`an item has no text ${name}`);
  return value;
}

export function numberOf(item: Item, name: string): number {
  const value = item[name]?.N;
  if (value === undefined) throw new TypeError(`an item has no number ${name}`);
  return Number(value);
}

/** When DynamoDB may remove an item by itself (it does so within two days): seconds since 1970. */
export const expiresAt = (epochMs: number): Record<string, AttributeValue> => ({
  expires: { N: String(Math.ceil(epochMs / 1000)) },
});

export const dayMs = 86_400_000;
