import { restoredBackup } from './s08-restored-backup.ts';
import { clone } from './s09-clone.ts';
import { schemaDrift } from './s22-schema-drift.ts';
import { releaseDay } from './s27-release-day.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([restoredBackup, clone, schemaDrift, releaseDay]);
