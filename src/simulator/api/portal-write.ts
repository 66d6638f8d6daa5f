/** Portal rows written with their record: changed by recordId, created without one, deleted by `deleteRelated`. */
import { FileMakerFailure } from '../failure.ts';
import { isList, isObject, textOf, type Json, type JsonObject } from '../http/json-body.ts';
import type { Layout, Portal } from '../store/layout.ts';
import type { Row } from '../store/row-set.ts';
import type { Changes, CommitOptions } from '../store/table.ts';
import { storedValue, type WriteRules } from './field-data.ts';
import { optionalText } from './parameters.ts';

type PortalRow = {
  readonly portal: Portal;
  readonly recordId: string | undefined;
  readonly modId: string | undefined;
  readonly changes: Changes;
};
export type PortalPlan = readonly PortalRow[];

/** Throws before anything is written. */
export function portalPlan(portalData: Json | undefined, layout: Layout, rules: WriteRules): PortalPlan {
  if (portalData === undefined) return [];
  if (!isObject(portalData)) throw new FileMakerFailure('1708');
  return Object.entries(portalData).flatMap(([name, rows]) => {
    const portal = layout.portals.find((one) => one.description.name === name || one.table.name === name);
    if (!portal) throw new FileMakerFailure('103', `Relationship is missing: no portal "${name}"`);
    if (!isList(rows)) throw new FileMakerFailure('1708');
    return rows.map((row) => portalRow(row, portal, rules));
  });
}

function portalRow(row: Json, portal: Portal, rules: WriteRules): PortalRow {
  if (!isObject(row)) throw new FileMakerFailure('1708');
  const { recordId, modId, ...fields } = row;
  const found = optionalText(recordId);
  if (found !== undefined) checkRow(portal, found, optionalText(modId));
  else if (portal.description.allowCreation === false) throw new FileMakerFailure('201');
  return {
    portal,
    recordId: found,
    modId: optionalText(modId),
    changes: portalChanges(fields, portal, rules),
  };
}

function checkRow(portal: Portal, recordId: string, modId: string | undefined): void {
  const row = portal.table.unlocked(Number(recordId));
  if (modId !== undefined && modId !== String(row.modId)) throw new FileMakerFailure('306');
}

function portalChanges(fields: JsonObject, portal: Portal, rules: WriteRules): Changes {
  const prefix = `${portal.table.name}::`;
  return new Map(
    Object.entries(fields).map(([name, value]): [number, string] => {
      const slot = name.startsWith(prefix) ? portal.table.slot(name.slice(prefix.length)) : undefined;
      if (!slot || !portal.fields.includes(slot.field)) throw new FileMakerFailure('102');
      return [slot.index, storedValue(slot, textOf(value), rules.style)];
    }),
  );
}

/** The member `newPortalRecordInfo` with its comma, or nothing. */
export function writePortals(plan: PortalPlan, parent: Row, layout: Layout, options: CommitOptions): string {
  const made: object[] = [];
  for (const { portal, recordId, changes } of plan) {
    if (recordId !== undefined) {
      portal.table.update(Number(recordId), changes, options);
      continue;
    }
    const link = portal.table.slot(portal.description.child);
    const value = parent.values[layout.table.slot(portal.description.parent).index] ?? '';
    const row = portal.table.create(new Map([...changes, [link.index, value]]), options);
    made.push({ tableName: portal.table.name, recordId: String(row.id), modId: String(row.modId) });
  }
  return made.length > 0 ? `,"newPortalRecordInfo":${JSON.stringify(made)}` : '';
}

/** `"Orders.3"` or a list of such. */
export function deleteRelated(value: Json | undefined, layout: Layout): void {
  if (value === undefined) return;
  for (const entry of isList(value) ? value.map(textOf) : [textOf(value)]) {
    const dot = entry.lastIndexOf('.');
    const name = entry.slice(0, dot);
    const portal = layout.portals.find((one) => one.description.name === name || one.table.name === name);
    if (!portal) throw new FileMakerFailure('103', `Relationship is missing: no portal "${name}"`);
    portal.table.remove(Number(entry.slice(dot + 1)));
  }
}
