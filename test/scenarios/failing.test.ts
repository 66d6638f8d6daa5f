import { messagesTwice } from './s13-messages-twice.ts';
import { messagesOutOfOrder } from './s14-messages-out-of-order.ts';
import { lostAnswers } from './s15-lost-answers.ts';
import { crashes } from './s16-crashes.ts';
import { threeDaysDown } from './s20-three-days-down.ts';
import { lostSessions } from './s23-lost-sessions.ts';
import { describeScenarios } from './support/kinds.ts';

describeScenarios([messagesTwice, messagesOutOfOrder, lostAnswers, crashes, threeDaysDown, lostSessions]);
