/** What servers sent: an item for each month of a server, with a number for each day that many processes add to. */
import type { DataUses } from '../../ports/control.ts';
import { type Month, monthOf } from '../../core/data-use.ts';
import type { ServerName } from '../../core/names.ts';
import { asNumber, asText } from './attributes.ts';
import type { Condition } from './conditions.ts';
import { partsOf } from './sort-keys.ts';
import type { Item, ItemKey, Table } from './table.ts';

const keyOf = (server: ServerName, month: Month): ItemKey => ({ pk: partsOf('data-use', server), sk: month });

const dayName = /^\d{4}-\d\d-\d\d$/;

/** One that was done already, whose answer was lost, is not done again. */
const isNew: Condition = {
  expression: 'attribute_not_exists(#by) OR #by <> :by',
  names: {},
  values: {},
};

export const dataUsesIn = (table: Table): DataUses => ({
  async addDataUse({ server, day, bytes }) {
    const sum = {
      expression: 'ADD #day :bytes SET #server = :server',
      names: { '#day': day, '#server': 'server' },
      values: { ':bytes': asNumber(bytes), ':server': asText(server) },
    };
    await table.update(keyOf(server, monthOf(day)), sum, isNew);
  },
  async dataUse(server, month) {
    const item: Item = (await table.get(keyOf(server, month))) ?? {};
    const days = Object.entries(item).filter(([name]) => dayName.test(name));
    return new Map(days.map(([day, value]) => [day, Number(value.N)]));
  },
});
