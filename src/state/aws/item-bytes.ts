/** How large an item is for DynamoDB ("Item sizes and formats", developer guide): names and values in UTF-8, and a little for what holds others. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './table.ts';

export const itemBytes = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

function valueBytes({ S, N, B, BOOL, NULL, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberBytes(N);
  if (B !== undefined) return B.byteLength;
  if (BOOL !== undefined || NULL !== undefined) return 1;
  if (L !== undefined) return 3 + L.reduce((sum, one) => sum + 1 + valueBytes(one), 0);
  return 3 + Object.keys(M ?? {}).length + itemBytes(M ?? {});
}

/** A byte for two significant digits, and one. */
const numberBytes = (number: string): number => 1 + Math.ceil(number.replace(/^0+|[-.]/g, '').length / 2);
