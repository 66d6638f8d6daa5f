/**
 * Records that went from a server though nobody there deleted them: what FileMaker deleted along with one was deleted by nobody either,
 * whether the one is back by now or not.
 *
 *   R4  Unless it was there since: then somebody deleted it afterwards.
 */
import type { Head, Replica } from './head.ts';
import type { EpochMs } from './names.ts';

export const wentBefore = (before: Replica | undefined): Pick<Replica, 'wentAt'> =>
  before?.wentAt === undefined ? {} : { wentAt: before.wentAt };

/**
 * Whether the parent took along what was there last at `thereAt`, for all that is known. What a find shows may be older by the time that
 * things take to settle. Of one that was deleted everywhere the children are consequences, unless it had left the share before.
 */
export const tookAlong = (parent: Replica, head: Head, thereAt: EpochMs, settleMs: number): boolean =>
  parent.wentAt !== undefined &&
  parent.wentAt + settleMs >= thereAt &&
  (head.deleted === undefined || parent.left === true);
