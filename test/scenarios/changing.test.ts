import { changedConfiguration } from './s28-changed-configuration.ts';
import { families } from './s29-families.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([changedConfiguration, families]);
