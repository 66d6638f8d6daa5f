/** Conflicts that are put for the first time are noted in the plan as well. */
import type { Conflicts } from '../../ports/conflicts.ts';
import type { Planned } from '../../ports/planned.ts';

export const notingConflicts = <Port extends Conflicts>(port: Port, planned: Planned): Port => ({
  ...port,
  async putConflicts(conflicts) {
    const known = new Set((await port.conflictsById(conflicts.map(({ id }) => id))).map(({ id }) => id));
    await planned.putConflicts(conflicts.filter(({ id }) => !known.has(id)));
    await port.putConflicts(conflicts);
  },
});
