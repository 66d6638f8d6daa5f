import type { Control } from '../../src/ports/control.ts';
import { describeAuditContract } from './audit.ts';
import { describeBatchRowsContract } from './batch-rows.ts';
import { describeBatchRowsLife } from './batch-rows-life.ts';
import { describeClocksContract } from './clocks.ts';
import { describeConflictsContract } from './conflicts.ts';
import { describeDataUsesContract } from './data-uses.ts';
import { describeDeleteLogsContract } from './delete-logs.ts';
import { describeFieldListsContract } from './field-lists.ts';
import { describeFilesReadContract } from './files-read.ts';
import { describeHistoryContract } from './history.ts';
import { describeKeepsakesContract } from './keepsakes.ts';
import { describeLeasesContract } from './leases.ts';
import { describeMeetingsContract } from './meetings.ts';
import type { Open } from './opened.ts';
import { describePausesContract } from './pauses.ts';
import {
  describeAccountViewsContract,
  describeBookmarksContract,
  describeBreakersContract,
} from './readings.ts';
import { describeRunsContract } from './runs.ts';
import { describeHaltsContract, describeSuspectsContract, describeSweepsContract } from './safety.ts';
import { describeShapesContract } from './shapes.ts';
import { describeWatermarksContract } from './watermarks.ts';
import { describeWebhookStatesContract } from './webhook-states.ts';

export function describeControlContract(name: string, open: Open<Control>): void {
  describeBatchRowsContract(name, open);
  describeBatchRowsLife(name, open);
  describeWatermarksContract(name, open);
  describeDeleteLogsContract(name, open);
  describeClocksContract(name, open);
  describeConflictsContract(name, open);
  describeHistoryContract(name, open);
  describeKeepsakesContract(name, open);
  describeMeetingsContract(name, open);
  describeFieldListsContract(name, open);
  describeShapesContract(name, open);
  describeRunsContract(name, open);
  describeBookmarksContract(name, open);
  describeBreakersContract(name, open);
  describeDataUsesContract(name, open);
  describeAccountViewsContract(name, open);
  describeLeasesContract(name, open);
  describeSuspectsContract(name, open);
  describeHaltsContract(name, open);
  describeSweepsContract(name, open);
  describePausesContract(name, open);
  describeAuditContract(name, open);
  describeWebhookStatesContract(name, open);
  describeFilesReadContract(name, open);
}
