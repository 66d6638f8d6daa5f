import { oneStamp } from './s04-one-stamp.ts';
import { editedWhileListed } from './s05-edited-while-listed.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([oneStamp, editedWhileListed]);
