/** Every scenario there is, in the order of its id. */
import { allAtOnce } from './all-at-once.ts';
import { autumnHour } from './s01-autumn-hour.ts';
import { clockStepsBack } from './s02-clock-steps-back.ts';
import { lateBeyondSettle, lateCommit } from './s03-late-commit.ts';
import { oneStamp } from './s04-one-stamp.ts';
import { editedWhileListed } from './s05-edited-while-listed.ts';
import { deleteAgainstEdit } from './s06-delete-against-edit.ts';
import { echo, twoRewriters } from './s07-echo.ts';
import { restoredBackup } from './s08-restored-backup.ts';
import { clone } from './s09-clone.ts';
import { importWithoutStamp } from './s10-import-without-stamp.ts';
import { lockedRecords } from './s11-locked-records.ts';
import { refusedRecord } from './s12-refused-record.ts';
import { messagesTwice } from './s13-messages-twice.ts';
import { messagesOutOfOrder } from './s14-messages-out-of-order.ts';
import { lostAnswers } from './s15-lost-answers.ts';
import { crashes } from './s16-crashes.ts';
import { slowClock } from './s17-slow-clock.ts';
import { sameMoment } from './s18-same-moment.ts';
import { massDelete } from './s19-mass-delete.ts';
import { threeDaysDown } from './s20-three-days-down.ts';
import { staleReads } from './s21-stale-reads.ts';
import { schemaDrift } from './s22-schema-drift.ts';
import { lostSessions } from './s23-lost-sessions.ts';
import { clarisDefaults } from './s24-claris-defaults.ts';
import { serialKeys } from './s25-serial-keys.ts';
import { hiddenRows } from './s26-hidden-rows.ts';
import { releaseDay } from './s27-release-day.ts';
import { changedConfiguration } from './s28-changed-configuration.ts';
import { families } from './s29-families.ts';
import { atRandom } from './s30-at-random.ts';
import type { Scenario } from './support/scenario.ts';

export const scenarios: readonly Scenario[] = [
  autumnHour,
  clockStepsBack,
  lateCommit,
  lateBeyondSettle,
  oneStamp,
  editedWhileListed,
  deleteAgainstEdit,
  echo,
  twoRewriters,
  restoredBackup,
  clone,
  importWithoutStamp,
  lockedRecords,
  refusedRecord,
  messagesTwice,
  messagesOutOfOrder,
  lostAnswers,
  crashes,
  slowClock,
  sameMoment,
  massDelete,
  threeDaysDown,
  staleReads,
  schemaDrift,
  lostSessions,
  clarisDefaults,
  serialKeys,
  hiddenRows,
  releaseDay,
  changedConfiguration,
  families,
  atRandom,
  allAtOnce,
];
