/** What a command hands over with that changes a record: no server is asked for it. */
import { randomUUID } from 'node:crypto';
import { keptBy } from '../composition/engine-of.ts';
import { systemClock } from '../composition/system-clock.ts';
import { type Configuration, withoutFurther } from '../config/configuration.ts';
import { resolveTables } from '../config/resolve.ts';
import type { TablePlan } from '../core/link.ts';
import type { TableName } from '../core/names.ts';
import { renamingOf } from '../core/renaming.ts';
import { shapeOf } from '../core/shape.ts';
import { defaultSettings } from '../engine/engine.ts';
import type { Handing } from '../engine/hand-over.ts';
import type { Control } from '../ports/control.ts';
import type { OpenedState } from './opened-state.ts';
import { Refused } from './refused.ts';

export const handingOf = (
  { records, control, queue }: OpenedState,
  configuration: Pick<Configuration, 'historyMs' | 'retention'>,
): Handing => ({
  records,
  control,
  queue,
  clock: systemClock,
  newId: randomUUID,
  settings: { ...defaultSettings, ...keptBy(configuration) },
  report: () => undefined,
});

/** The table by the layouts as they were last seen. Throws Refused, and ConfigurationError where they do not fit. */
export async function planOf(
  configuration: Configuration,
  control: Pick<Control, 'fieldList' | 'shape'>,
  table: TableName,
): Promise<TablePlan> {
  const tables = configuration.tables.filter(({ name }) => name === table).map(withoutFurther);
  const [resolved] = await resolveTables({ ...configuration, tables }, async (server, database, layout) => {
    const list = await control.fieldList(server, database, layout);
    if (list !== undefined) return list.fields;
    throw new Refused(
      'not-chosen',
      `the fields of layout ${layout} on server ${server} are not known yet: let it be read once first`,
    );
  });
  if (resolved !== undefined) return asStored(resolved.plan, control);
  throw new Refused(
    'not-chosen',
    `the record is of table ${table}, which is not in the configuration any more`,
  );
}

/** What is stored has the names of fields that this configuration has. Throws Refused. */
async function asStored(plan: TablePlan, control: Pick<Control, 'shape'>): Promise<TablePlan> {
  const shape = await control.shape(plan.name);
  const isOther = shape !== undefined && renamingOf(shape, shapeOf(plan), 0) !== undefined;
  if (shape?.renaming === undefined && !isOther) return plan;
  throw new Refused(
    'not-chosen',
    `fields of ${plan.name} have other names in the configuration than in what is stored: let it run once first`,
  );
}
