/** Runs, each under the instant at which it began: their order is that of the sort keys, and they expire by themselves. */
import type { Runs } from '../../ports/control.ts';
import { dayMs, expiresAt } from './attributes.ts';
import type { Documents } from './documents.ts';
import { sortableNumber, sortKeyOf } from './sort-keys.ts';
import { stored } from './stored-values.ts';

const keptDays = 90;
const partition = 'run-by-age';

export const runsIn = (documents: Documents): Runs => ({
  async putRun(run) {
    const key = { pk: partition, sk: `${sortableNumber(run.startedAt)}#${sortKeyOf(run.id)}` };
    await documents.replace(key, run, expiresAt(run.startedAt + keptDays * dayMs));
  },
  async runs(limit) {
    const runs = await documents.list(partition, { descending: true, limit });
    return runs.map((run) => stored('run', run));
  },
});
