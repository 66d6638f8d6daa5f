import type { Pauses } from '../../ports/pauses.ts';
import { asNumber } from './attributes.ts';
import { follows } from './conditions.ts';
import type { Documents } from './documents.ts';
import { storedIfAny } from './stored-values.ts';

const key = { pk: 'pause', sk: 'all' };

export const pausesIn = (documents: Documents): Pauses => ({
  async pauses() {
    return storedIfAny('pauseList', await documents.get(key));
  },
  putPauses(list) {
    return documents.put(key, list, { rev: asNumber(list.rev) }, follows('rev', list.rev - 1));
  },
});
