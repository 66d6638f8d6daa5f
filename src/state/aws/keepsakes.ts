import type { Keepsakes } from '../../ports/control.ts';
import { conflictsIn } from './conflicts.ts';
import type { Documents } from './documents.ts';
import { parkedIn } from './parked.ts';

export const keepsakesIn = (documents: Documents): Keepsakes => ({
  ...conflictsIn(documents),
  ...parkedIn(documents),
});
