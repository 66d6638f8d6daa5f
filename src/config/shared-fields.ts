/** What `fields: all` means: every writable field that the layouts share and FileMaker does not fill by itself. */
import type { FieldName } from '../core/names.ts';
import type { TableConfiguration } from './configuration.ts';
import { isRelated, type LinkLayout } from './link-layout.ts';

export function sharedFields(
  table: TableConfiguration,
  layouts: readonly LinkLayout[],
): readonly FieldName[] {
  const taken = new Set([table.key, table.modified.field, ...table.createOnly, ...table.except]);
  const [first, ...others] = layouts.map((layout) => layout.configuredNames());
  const shared = others.reduce((names, more) => names.intersection(more), new Set(first));
  return [...shared].filter(
    (name) =>
      !taken.has(name) &&
      !isFormer(name, shared, layouts) &&
      layouts.every((layout) => isCarried(layout, name)),
  );
}

/** A former name of a field that all share by its present one too. */
const isFormer = (name: FieldName, shared: ReadonlySet<FieldName>, layouts: readonly LinkLayout[]): boolean =>
  layouts.some((layout) => {
    const present = layout.presentName(name);
    return present !== layout.nameOf(name) && shared.has(layout.configuredName(present));
  });

function isCarried(layout: LinkLayout, name: FieldName): boolean {
  const field = layout.field(name);
  if (!field || isRelated(field.name)) return false;
  return field.writable && !field.autoEnter;
}
