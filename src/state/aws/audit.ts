/** The trail of what people did, each act under its instant: their order is that of the sort keys, and they expire by themselves. */
import { actKeptMs } from '../../core/act.ts';
import type { Audit } from '../../ports/audit.ts';
import { expiresAt } from './attributes.ts';
import { isAbsent } from './conditions.ts';
import type { Documents } from './documents.ts';
import { sortableNumber, sortKeyOf } from './sort-keys.ts';
import { stored } from './stored-values.ts';

const partition = 'act-by-age';

export const auditIn = (documents: Documents): Audit => ({
  async putAct(act) {
    const key = { pk: partition, sk: `${sortableNumber(act.at)}#${sortKeyOf(act.id)}` };
    await documents.put(key, act, expiresAt(act.at + (act.keptMs ?? actKeptMs)), isAbsent);
  },
  async acts(limit) {
    const acts = await documents.list(partition, { descending: true, limit });
    return acts.map((act) => stored('act', act));
  },
});
