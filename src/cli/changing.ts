/** What a command hands over with that changes a record: no server is asked for it. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../composition/system-clock.ts';
import { type Configuration, withoutFurther } from '../config/configuration.ts';
import { resolveTables } from '../config/resolve.ts';
import type { TablePlan } from '../core/link.ts';
import type { TableName } from '../core/names.ts';
import { defaultSettings } from '../engine/engine.ts';
import type { Handing } from '../engine/hand-over.ts';
import type { Control } from '../ports/control.ts';
import type { OpenedState } from './opened-state.ts';
import { Refused } from './refused.ts';

export const handingOf = (
  { records, control, queue }: OpenedState,
  { historyMs }: Pick<Configuration, 'historyMs'>,
): Handing => ({
  records,
  control,
  queue,
  clock: systemClock,
  newId: randomUUID,
  settings: { ...defaultSettings, historyMs },
  report: () => undefined,
});

/** The table by the layouts as they were last seen. Throws Refused, and ConfigurationError where they do not fit. */
export async function planOf(
  configuration: Configuration,
  control: Pick<Control, 'fieldList'>,
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
  if (resolved !== undefined) return resolved.plan;
  throw new Refused(
    'not-chosen',
    `the record is of table ${table}, which is not in the configuration any more`,
  );
}
