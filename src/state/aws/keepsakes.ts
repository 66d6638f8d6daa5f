import type { Conflicts } from '../../ports/conflicts.ts';
import type { Keepsakes } from '../../ports/control.ts';
import { conflictsIn } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { parkedIn } from './parked.ts';

export const keepsakesIn = (documents: Documents): Conflicts & Keepsakes => ({
  ...conflictsIn(documents),
  ...parkedIn(documents),
});
