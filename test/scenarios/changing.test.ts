import { changedConfiguration } from './s28-changed-configuration.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([changedConfiguration]);
