import type { Runs } from '../../ports/control.ts';
import { AgedDocuments } from './aged.ts';
import { dayMs, expiresAt } from './attributes.ts';
import type { Documents } from './documents.ts';
import { stored } from './stored-values.ts';

const keptDays = 90;

export function runsIn(documents: Documents): Runs {
  const aged = new AgedDocuments(documents, 'runs');
  return {
    async putRun(run) {
      const attributes = expiresAt(run.startedAt + keptDays * dayMs);
      const key = { pk: 'run', sk: `run ${run.id}` };
      await aged.put([{ key, id: run.id, at: run.startedAt, value: run, attributes }]);
    },
    async runs(limit) {
      return (await aged.latest(limit)).map((run) => stored('run', run));
    },
  };
}
