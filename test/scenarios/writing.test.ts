import { echo } from './s07-echo.ts';
import { lockedRecords } from './s11-locked-records.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([echo, lockedRecords]);
