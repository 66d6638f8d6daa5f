/** What rows announce, on the row, and who announced anything for a table and server. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { BatchRows } from '../../ports/control.ts';
import type { Sending } from '../../core/batch.ts';
import type { Key } from '../../core/names.ts';
import { asNumber, numberOf, textOf } from './attributes.ts';
import { announcing, type BatchItems, rowKey } from './batch-items.ts';
import { numberIs } from './conditions.ts';
import { inParallel } from './in-parallel.ts';
import { entryItem, listedItems } from './listed.ts';
import { chunkOf, sendingIn } from './sending-chunks.ts';
import { AwsStateError } from './state-error.ts';

type Announced = Pick<BatchRows, 'appendSending' | 'withdrawSending' | 'sendingOf'>;

export function announcedIn(items: BatchItems): Announced {
  return { ...changingIn(items), ...findingIn(items) };
}

function changingIn(items: BatchItems): Pick<Announced, 'appendSending' | 'withdrawSending'> {
  const { table, bodies } = items;
  const setSending = async (id: string, rev: number, expression: string, chunks: AttributeValue[]) => {
    const values = { ':sending': { L: chunks }, ':one': asNumber(1), ':yes': { BOOL: true } };
    const item = await table.update(
      rowKey(id),
      { expression: `SET sending = ${expression}, announced = :yes, rev = rev + :one`, values },
      numberIs('rev', rev),
    );
    return item && numberOf(item, 'rev');
  };
  const append = (id: string, rev: number, chunk: AttributeValue) =>
    setSending(id, rev, 'list_append(sending, :sending)', [chunk]);
  return {
    async appendSending(id, rev, sending) {
      if (!(await enter(items, id))) return undefined;
      try {
        return await append(id, rev, await chunkOf(sending, bodies));
      } catch (error) {
        if (!isRefused(error)) throw error;
        // A row that announced much may have no room for more: of what lies in the bucket it holds the name only.
        return append(id, rev, await chunkOf(sending, bodies, 0));
      }
    },
    async withdrawSending(id, rev, sending) {
      const item = await table.get(rowKey(id));
      if (item === undefined || numberOf(item, 'rev') !== rev) return undefined;
      const over = new Set(sending.map(nameOf));
      const left = (await sendingIn(item, bodies)).filter((one) => !over.has(nameOf(one)));
      return setSending(id, rev, ':sending', left.length === 0 ? [] : [await chunkOf(left, bodies)]);
    },
  };
}

const isRefused = (error: unknown): boolean =>
  error instanceof AwsStateError && error.code === 'state-refused';

const nameOf = ({ key, at }: Sending): string => `${at} ${key}`;

/** Before a row announces anything it stands in the list where others look for it. False where the row is gone. */
async function enter(items: BatchItems, id: string): Promise<boolean> {
  if (items.entered.has(id)) return true;
  const list = await items.announcingOf(id);
  if (list === undefined) return false;
  await items.table.putAll([entryItem({ list, place: id, of: rowKey(id) })]);
  items.entered.add(id);
  return true;
}

function findingIn(items: BatchItems): Pick<Announced, 'sendingOf'> {
  const { table, bodies } = items;
  return {
    async sendingOf(ofTable, server, keys) {
      const wanted = new Set(keys);
      const found = new Map<Key, Sending[]>();
      const entries = table.query(announcing(ofTable, server));
      const rows = await listedItems(table, entries, Number.POSITIVE_INFINITY);
      const inOrder = rows.toSorted((a, b) => (textOf(a, 'id') < textOf(b, 'id') ? -1 : 1));
      const sending = await inParallel(inOrder, (row) => sendingIn(row, bodies));
      for (const one of sending.flat()) {
        if (wanted.has(one.key)) found.set(one.key, [...(found.get(one.key) ?? []), one]);
      }
      return found;
    },
  };
}
