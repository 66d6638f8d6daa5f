/**
 * Whether another process goes by other fields or receivers of a table, or by another address of the server, since it knows a
 * newer configuration or layout.
 *
 *   R1, R2  What this process read would count for fields that it did not read, or for a file that it is not of; a row that it
 *           closed would be in step in the fields that it knows. So it leaves the table alone.
 */
import { isSameShape, isWhereItWas, shapeOf, type TableShape } from '../core/shape.ts';
import type { Engine, Place } from './engine.ts';

export const isOutdated = async (engine: Engine, place: Place): Promise<boolean> =>
  isOutdatedBy(engine, place, await engine.control.shape(place.plan.name));

/** The same, of what was read. */
export function isOutdatedBy(
  engine: Pick<Engine, 'report'>,
  { plan, link }: Place,
  stored: TableShape | undefined,
): boolean {
  if (isSameShape(stored, shapeOf(plan)) && isWhereItWas(stored, link)) return false;
  engine.report({ kind: 'outdated', table: plan.name, server: link.server });
  return true;
}
