import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';
import type { AwsState } from '../../../src/state/aws/aws-state.ts';
import { describeControlContract } from '../../contracts/control.ts';
import type { Open } from '../../contracts/opened.ts';
import { describeQueueContract } from '../../contracts/queue.ts';
import { describeRecordsContract } from '../../contracts/records.ts';
import { describeSessionSlotsContract } from '../../contracts/session-slots.ts';
import { emulatorName, type Emulators, startEmulators } from './emulators.ts';
import { openPort } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const open = <Port>(portOf: (state: AwsState) => Port): Open<Port> => openPort(() => emulators, portOf);
const name = `AWS (${emulatorName})`;

describeRecordsContract(
  name,
  open((state) => state.records),
);
describeControlContract(
  name,
  open((state) => state.control),
);
describeQueueContract(
  name,
  open((state) => state.queue),
  { second: () => sleep(1100), games: 3, exactReceipts: false },
);
describeSessionSlotsContract(
  name,
  open((state) => state.sessions),
);
