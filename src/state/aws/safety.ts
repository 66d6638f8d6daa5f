/**
 * Records that seem to be gone: those of a server in a table lie in one partition. Halts and sweeps: one item each; the rows
 * that a sweep has listed lie in parts, for as long as it may be under way.
 */
import type { Key, ServerName, TableName } from '../../core/names.ts';
import type { Suspect } from '../../core/suspect.ts';
import type { Halts, Suspects, SweepPart, Sweeps } from '../../ports/safety.ts';
import { asNumber, dayMs, expiresAt, textOf } from './attributes.ts';
import { follows, numberIs } from './conditions.ts';
import type { Documents } from './documents.ts';
import { partsOf, sortableNumber, sortKeyOf } from './sort-keys.ts';
import { stored, storedIfAny } from './stored-values.ts';
import { attributesOf, type ItemKey } from './table.ts';

const suspectKey = (table: TableName, server: ServerName, key: Key): ItemKey => ({
  pk: partsOf('suspect', table, server),
  sk: sortKeyOf(key),
});

const placeKey = (pk: string, table: TableName, server: ServerName): ItemKey => ({
  pk,
  sk: partsOf(table, server),
});

export const suspectsIn = (documents: Documents): Suspects => ({
  async putSuspects(suspects) {
    const all = suspects.map((value) => ({ key: suspectKey(value.table, value.server, value.key), value }));
    await documents.putAll([...new Map(all.map((one) => [one.key.sk, one])).values()]);
  },
  async dropSuspects(table, server, keys) {
    await documents.table.removeAll([...new Set(keys)].map((key) => suspectKey(table, server, key)));
  },
  async suspects(table, server, limit, after) {
    const from = after === undefined ? {} : { from: sortKeyOf(after) };
    const items = documents.table.query(partsOf('suspect', table, server), { ...from, limit: limit + 1 });
    const page: Suspect[] = [];
    for await (const item of items) {
      if (textOf(item, 'sk') === from.from || page.length === limit) continue;
      page.push(stored('suspect', await documents.valueOf(item)));
    }
    return page;
  },
  async suspectsAmong(table, server, keys) {
    const found = await documents.getAll(keys.map((key) => suspectKey(table, server, key)));
    return new Map(found.map(({ value }) => stored('suspect', value)).map((one) => [one.key, one]));
  },
  async deleteCount(table, server) {
    return storedIfAny('deleteCount', await documents.get(placeKey('delete-count', table, server)));
  },
  putDeleteCount(count) {
    const key = placeKey('delete-count', count.table, count.server);
    return documents.put(key, count, { rev: asNumber(count.rev) }, follows('rev', count.rev - 1));
  },
});

export const haltsIn = (documents: Documents): Halts => ({
  async halt(table, server) {
    return storedIfAny('halt', await documents.get(placeKey('halt', table, server)));
  },
  putHalt(halt) {
    const key = placeKey('halt', halt.table, halt.server);
    return documents.put(key, halt, { rev: asNumber(halt.rev) }, follows('rev', halt.rev - 1));
  },
  async endHalt({ table, server, rev }) {
    const removed = await documents.table.remove(placeKey('halt', table, server), numberIs('rev', rev));
    return removed !== undefined;
  },
  async halts() {
    return (await documents.list('halt')).map((halt) => stored('halt', halt));
  },
});

const partPartition = (table: TableName, server: ServerName): string => partsOf('sweep-part', table, server);

const partKey = ({ table, server, startedAt, part }: Omit<SweepPart, 'rows'>): ItemKey => ({
  pk: partPartition(table, server),
  sk: `${sortableNumber(startedAt)}#${sortableNumber(part)}`,
});

/** A sweep that is not gone on with for so long begins anew. */
const partsLiveMs = 7 * dayMs;

export const sweepsIn = (documents: Documents): Sweeps => ({
  async sweep(table, server) {
    return storedIfAny('sweep', await documents.get(placeKey('sweep', table, server)));
  },
  async putSweep(state) {
    await documents.replace(placeKey('sweep', state.table, state.server), state);
  },
  async sweeps() {
    return (await documents.list('sweep')).map((sweep) => stored('sweep', sweep));
  },
  async sweepAsk(table, server) {
    return storedIfAny('sweepAsk', await documents.get(placeKey('sweep-ask', table, server)));
  },
  async putSweepAsk(ask) {
    await documents.replace(placeKey('sweep-ask', ask.table, ask.server), ask);
  },
  async putSweepPart(part) {
    const numbers = { B: new Uint8Array(part.rows.buffer.slice(0)) };
    const expires = expiresAt(part.startedAt + partsLiveMs);
    await documents.table.replace({ ...attributesOf(partKey(part)), numbers, ...expires });
  },
  async sweepPart(of) {
    const numbers = (await documents.table.get(partKey(of)))?.['numbers']?.B;
    return numbers === undefined ? undefined : new Float64Array(Uint8Array.from(numbers).buffer);
  },
  async dropSweepParts(table, server) {
    const pk = partPartition(table, server);
    const items = await Array.fromAsync(documents.table.query(pk, { only: ['sk'] }));
    await documents.table.removeAll(items.map((item) => ({ pk, sk: textOf(item, 'sk') })));
  },
});
