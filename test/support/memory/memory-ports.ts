/**
 * The state's ports over Maps, for tests of what stands on them. Each call does its work before it first yields, so an
 * interleaving of calls is an interleaving of whole calls; there are no timers.
 */
import type { Control } from '../../../src/ports/control.ts';
import type { Forgetting } from '../../../src/ports/forgetting.ts';
import type { Queue } from '../../../src/ports/queue.ts';
import type { Records } from '../../../src/ports/records.ts';
import { memoryAudit } from './audit.ts';
import { memoryBatchRows } from './batch-rows.ts';
import { memoryClocks, memoryWatermarks } from './clocks.ts';
import { memoryConflicts } from './conflicts.ts';
import { memoryDataUses } from './data-uses.ts';
import { memoryHistory } from './history.ts';
import { memoryKeepsakes } from './keepsakes.ts';
import { memoryPauses } from './pauses.ts';
import { memoryQueue } from './queue.ts';
import { memoryAccountViews, memoryBookmarks, memoryBreakers, memoryDeleteLogs } from './readings.ts';
import { memoryRecords } from './records.ts';
import {
  memoryFieldLists,
  memoryFilesReadings,
  memoryLeases,
  memoryMeetings,
  memoryRuns,
  memoryShapes,
  memoryWebhookStates,
} from './runs.ts';
import { memoryHalts, memorySuspects, memorySweeps } from './safety.ts';
import { type MemorySessionSlots, memorySessionSlots } from './session-slots.ts';
import { Stores } from './stores.ts';

export type MemoryPorts = {
  readonly records: Records;
  readonly control: Control;
  readonly queue: Queue;
  readonly sessions: MemorySessionSlots;
  readonly forgetting: Forgetting;
};

export function memoryPorts(stores = new Stores()): MemoryPorts {
  return {
    records: memoryRecords(stores),
    control: memoryControl(stores),
    queue: memoryQueue(),
    sessions: memorySessionSlots(),
    forgetting: stores.forgetting,
  };
}

export const memoryControl = (stores = new Stores()): Control => ({
  ...memoryBatchRows(stores),
  ...memoryWatermarks(stores),
  ...memoryDeleteLogs(stores),
  ...memoryClocks(stores),
  ...memoryConflicts(stores),
  ...memoryHistory(stores),
  ...memoryKeepsakes(stores),
  ...memoryMeetings(stores),
  ...memoryFieldLists(stores),
  ...memoryShapes(stores),
  ...memoryRuns(),
  ...memoryBookmarks(stores),
  ...memoryBreakers(stores),
  ...memoryDataUses(stores),
  ...memoryAccountViews(stores),
  ...memoryWebhookStates(stores),
  ...memoryFilesReadings(stores),
  ...memoryLeases(),
  ...memorySuspects(stores),
  ...memoryHalts(stores),
  ...memorySweeps(stores),
  ...memoryPauses(),
  ...memoryAudit(),
});
