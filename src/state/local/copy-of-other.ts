/**
 * A copy of a state that does not lie here, such as that of a stack, for a command that changes nothing: all but its records is
 * copied at once, these when they are asked for. It is gone with the process, however that ends.
 */
import type { Control } from '../../ports/control.ts';
import type { Records } from '../../ports/records.ts';
import type { SessionSlots } from '../../ports/session-slots.ts';
import { type CopiedPlaces, copyControl, copyRecords } from './copied-in.ts';
import { fetchedRecords } from './fetched-records.ts';
import { localPortsOver } from './local-state.ts';
import { openPlanned } from './planned.ts';
import type { StateCopy } from './state-copy.ts';
import { openPassingStateFile } from './state-file.ts';

export type OtherState = {
  readonly records: Records;
  readonly control: Control;
  readonly sessions: SessionSlots;
};

export async function openCopyOf(other: OtherState, places: CopiedPlaces): Promise<StateCopy> {
  const file = openPassingStateFile();
  const planned = openPlanned();
  const copy = localPortsOver(file, { isAtWork: () => true, release: planned.close });
  try {
    await copyControl(file, { to: copy.control, from: other.control }, places);
  } catch (error) {
    copy.close();
    throw error;
  }
  const serversOf = (table: string) =>
    places.places.filter((place) => place.table === table).map(({ server }) => server);
  const fetching = { from: other.records, copy: copy.records, serversOf, put: copyRecords(file) };
  return {
    ...copy,
    records: fetchedRecords(fetching),
    control: knowingConflicts(copy.control, other.control),
    planned: planned.planned,
    // Sessions are really opened, and what servers send they really send.
    sessions: other.sessions,
    dataUses: other.control,
  };
}

/** Kept conflicts are not copied: whether one is new is asked. */
const knowingConflicts = (copy: Control, from: Control): Control => ({
  ...copy,
  async conflictsById(ids) {
    const own = await copy.conflictsById(ids);
    const others = ids.filter((id) => !own.some((one) => one.id === id));
    return others.length === 0 ? own : [...own, ...(await from.conflictsById(others))];
  },
});
