/**
 * A workplace in which nothing is changed: the servers are read and what would be written is noted, the state is a copy. See
 * docs/architecture.md, *Dry ports*.
 */
import { dryServer } from '../engine/dry/dry-server.ts';
import { notingConflicts } from '../engine/dry/noting-conflicts.ts';
import { systemClock } from '../composition/system-clock.ts';
import { openStateCopy, type StateCopy } from '../state/local/state-copy.ts';
import { openWorkplaceWith, type Workplace, type WorkplaceOptions } from './workplace.ts';

/** `existing`: throws where there is no state yet. Throws ConfigurationError, StateFileError or ServerError. */
export const openDryWorkplace = (
  options: WorkplaceOptions,
  { existing }: { readonly existing: boolean },
): Promise<Workplace<StateCopy>> =>
  openWorkplaceWith(options, {
    openState: async (directory) => {
      const copy = await openStateCopy({ directory, existing, now: () => systemClock.now() });
      return { ...copy, control: notingConflicts(copy.control, copy.planned) };
    },
    through: (server, { planned, control }) => dryServer(server, { planned, control }),
    isDry: true,
  });
