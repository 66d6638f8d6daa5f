/** Every scenario there is, in the order of its id. */
import { autumnHour } from './s01-autumn-hour.ts';
import { clockStepsBack } from './s02-clock-steps-back.ts';
import { lateCommit } from './s03-late-commit.ts';
import { oneStamp } from './s04-one-stamp.ts';
import { editedWhileListed } from './s05-edited-while-listed.ts';
import { echo } from './s07-echo.ts';
import { lockedRecords } from './s11-locked-records.ts';
import { slowClock } from './s17-slow-clock.ts';
import { sameMoment } from './s18-same-moment.ts';
import type { Scenario } from './support/scenario.ts';

export const scenarios: readonly Scenario[] = [
  autumnHour,
  clockStepsBack,
  lateCommit,
  oneStamp,
  editedWhileListed,
  echo,
  lockedRecords,
  slowClock,
  sameMoment,
];
