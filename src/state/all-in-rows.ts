/** Where all values lie in the rows themselves, they go with them. */
import { type LargeForgetting, noLarge } from '../ports/forgetting.ts';

export const allInRows: LargeForgetting = {
  noteLarge: () => Promise.resolve([]),
  noteUnheld: () => Promise.resolve(0),
  notedBefore: () => Promise.resolve([]),
  removeNoted: () => Promise.resolve(noLarge),
};
