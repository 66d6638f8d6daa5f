import { echo, twoRewriters } from './s07-echo.ts';
import { lockedRecords } from './s11-locked-records.ts';
import { refusedRecord } from './s12-refused-record.ts';
import { clarisDefaults } from './s24-claris-defaults.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([echo, twoRewriters, lockedRecords, refusedRecord, clarisDefaults]);
