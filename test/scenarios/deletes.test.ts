import { allAtOnce } from './all-at-once.ts';
import { deleteAgainstEdit } from './s06-delete-against-edit.ts';
import { hiddenRows } from './s26-hidden-rows.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([deleteAgainstEdit, hiddenRows, allAtOnce]);
