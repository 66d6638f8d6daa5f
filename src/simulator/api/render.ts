/** Records as JSON text. Built as text so that numbers keep every digit and a page of 500 costs little. */
import type { InSession } from '../http/exchange.ts';
import { folded, digitsOf } from '../store/neutral.ts';
import { columnsOf, type Column, type Layout, type Portal } from '../store/layout.ts';
import type { Row } from '../store/row-set.ts';
import type { Slot } from '../store/schema.ts';
import { showWall, type DateStyle } from '../wall-text.ts';
import { containerUrl } from './stream-url.ts';

export type PortalRange = { readonly offset: number; readonly limit: number };

export type Rendering = {
  readonly exchange: InSession;
  readonly layout: Layout;
  readonly style: DateStyle;
  /** Undefined: all of them. */
  readonly portals: ReadonlySet<string> | undefined;
  readonly portalRange: (name: string) => PortalRange;
  readonly summaries: ReadonlyMap<Slot, string>;
};

export function renderRecord(row: Row, rendering: Rendering): string {
  const { layout } = rendering;
  const fields = renderFields(row, layout.columns, rendering);
  const wanted = layout.portals.filter(({ description }) => rendering.portals?.has(description.name) ?? true);
  const shown = wanted.map((portal) => renderPortal(row, portal, rendering));
  const rows = shown.map((portal) => `${JSON.stringify(portal.name)}:[${portal.rows}]`).join();
  const about = shown.length > 0 ? `,"portalDataInfo":[${shown.map((portal) => portal.about).join()}]` : '';
  return `{"fieldData":{${fields}},"portalData":{${rows}},"recordId":"${row.id}","modId":"${row.modId}"${about}}`;
}

function renderFields(row: Row, columns: readonly Column[], rendering: Rendering): string {
  let text = '';
  for (const { slot, key } of columns) {
    const value = renderValue(row, slot, rendering);
    text += text === '' ? key + value : `,${key}${value}`;
  }
  return text;
}

function renderValue(row: Row, slot: Slot, rendering: Rendering): string {
  const { field } = slot;
  const value = field.stored ? (row.values[slot.index] ?? '') : derived(row, slot, rendering);
  if (value === '') return '""';
  switch (field.type) {
    case 'text':
      return JSON.stringify(value);
    case 'number':
      return digitsOf(value) ?? JSON.stringify(value);
    case 'container':
      return JSON.stringify(containerUrl(value, rendering.exchange));
    default:
      return JSON.stringify(
        showWall(
          value,
          field.type,
          rendering.style,
          rendering.exchange.simulation.options.isoSeparator ?? 'T',
        ),
      );
  }
}

function derived(row: Row, slot: Slot, { exchange, layout, summaries }: Rendering): string {
  const { kind, global } = slot.field.description;
  if (global === true) return exchange.session.globals.get(`${layout.table.name}::${slot.field.name}`) ?? '';
  return kind === 'summary' ? (summaries.get(slot) ?? '') : (row.values[slot.index] ?? '');
}

type ShownPortal = { readonly name: string; readonly rows: string; readonly about: string };

function renderPortal(row: Row, portal: Portal, rendering: Rendering): ShownPortal {
  const { description, table } = portal;
  const related = relatedRows(row, portal, rendering.layout);
  const { offset, limit } = rendering.portalRange(description.name);
  const page = related.slice(offset - 1, offset - 1 + limit);
  const columns = columnsOf(portal.fields, `${table.name}::`);
  const rows = page.map(
    (one) => `{"recordId":"${one.id}",${renderFields(one, columns, rendering)},"modId":"${one.modId}"}`,
  );
  const about = {
    portalObjectName: description.name,
    database: table.database.name,
    table: table.name,
    foundCount: related.length,
    returnedCount: page.length,
  };
  return { name: description.name, rows: rows.join(), about: JSON.stringify(about) };
}

export function relatedRows(row: Row, portal: Portal, layout: Layout): readonly Row[] {
  const parent = layout.table.slot(portal.description.parent);
  const child = portal.table.slot(portal.description.child);
  const value = row.values[parent.index] ?? '';
  return value === '' ? [] : portal.table.rows.exact(child, folded(child.field.type, value));
}

/** Sums of summary fields over the found set. */
export function summariesOf(rows: readonly Row[], layout: Layout): ReadonlyMap<Slot, string> {
  const sums = layout.columns.flatMap(({ slot }): [Slot, string][] => {
    const { kind, sumOf } = slot.field.description;
    if (kind !== 'summary' || sumOf === undefined) return [];
    const of = layout.table.slot(sumOf);
    const sum = rows.reduce((total, row) => total + Number(digitsOf(row.values[of.index] ?? '') ?? 0), 0);
    return [[slot, String(sum)]];
  });
  return new Map(sums);
}
