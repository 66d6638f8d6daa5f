import { oneStamp } from './s04-one-stamp.ts';
import { editedWhileListed } from './s05-edited-while-listed.ts';
import { staleReads } from './s21-stale-reads.ts';
import { serialKeys } from './s25-serial-keys.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([oneStamp, editedWhileListed, staleReads, serialKeys]);
