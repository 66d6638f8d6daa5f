import { autumnHour } from './s01-autumn-hour.ts';
import { clockStepsBack } from './s02-clock-steps-back.ts';
import { lateBeyondSettle, lateCommit } from './s03-late-commit.ts';
import { slowClock } from './s17-slow-clock.ts';
import { sameMoment } from './s18-same-moment.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([autumnHour, clockStepsBack, lateCommit, lateBeyondSettle, slowClock, sameMoment]);
