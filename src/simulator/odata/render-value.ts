/** One value of a record as JSON text. */
import { digitsOf } from '../store/neutral.ts';
import type { Row } from '../store/row-set.ts';
import type { Slot } from '../store/schema.ts';
import type { Column } from './columns.ts';
import { containerValue } from './container-value.ts';
import type { ODataExchange } from './exchange.ts';

export function renderColumn(row: Row, column: Column, exchange: ODataExchange): string {
  if (column.kind === 'field') return renderValue(row.values[column.slot.index] ?? '', column.slot, exchange);
  return number(String(column.kind === 'ROWID' ? row.id : row.modId), exchange);
}

/** Nothing is `null`. Timestamps say `Z` and are the host's wall clock (recorded). */
function renderValue(value: string, slot: Slot, exchange: ODataExchange): string {
  if (value === '') return 'null';
  switch (slot.field.type) {
    case 'text':
      return text(value, exchange);
    case 'number':
      return number(value, exchange);
    case 'timestamp':
      return `"${value}Z"`;
    case 'container':
      return containerValue(value, exchange);
    default:
      return `"${value}"`;
  }
}

function text(value: string, { simulation }: ODataExchange): string {
  if (simulation.options.odata?.jsonFaults?.rawControls !== true) return JSON.stringify(value);
  const pieces = value.split(/([\r\n\t])/);
  return `"${pieces.map((piece, at) => (at % 2 === 0 ? JSON.stringify(piece).slice(1, -1) : piece)).join('')}"`;
}

/** What is no number is null (assumed), or the question mark that real servers were seen to send. */
function number(value: string, { simulation, form }: ODataExchange): string {
  const { questionMarks, bareFractions } = simulation.options.odata?.jsonFaults ?? {};
  const digits = digitsOf(value);
  if (digits === undefined) return questionMarks === true ? '?' : 'null';
  if (form.numbersAsText) return `"${digits}"`;
  return bareFractions === true ? digits.replace(/^(-?)0\./, '$1.') : digits;
}
