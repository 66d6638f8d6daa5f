import { importWithoutStamp } from './s10-import-without-stamp.ts';
import { massDelete } from './s19-mass-delete.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([importWithoutStamp, massDelete]);
