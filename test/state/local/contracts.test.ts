import { join } from 'node:path';
import { describeControlContract } from '../../contracts/control.ts';
import { describeLagSamplesContract } from '../../contracts/lag-samples.ts';
import type { Open } from '../../contracts/opened.ts';
import { describePlannedContract } from '../../contracts/planned.ts';
import { describeQueueContract } from '../../contracts/queue.ts';
import { describeRecordsContract } from '../../contracts/records.ts';
import { describeSessionSlotsContract } from '../../contracts/session-slots.ts';
import { type LocalState, openLocalState } from '../../../src/state/local/local-state.ts';
import { openPlanned } from '../../../src/state/local/planned.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const now = (): number => 10_000;

const openPort =
  <Port>(portOf: (state: LocalState) => Port): Open<Port> =>
  async () => {
    const { directory, remove } = temporaryDirectory();
    let state = openLocalState({ directory, now });
    const reopen = async (): Promise<Port> => {
      state.close();
      state = openLocalState({ directory, now });
      return portOf(state);
    };
    const close = async (): Promise<void> => {
      state.close();
      remove();
    };
    return { port: portOf(state), reopen, close };
  };

describeRecordsContract(
  'SQLite',
  openPort((state) => state.records),
);
describeControlContract(
  'SQLite',
  openPort((state) => state.control),
);
describeQueueContract(
  'SQLite',
  openPort((state) => state.queue),
);
describeSessionSlotsContract(
  'SQLite',
  openPort((state) => state.sessions),
);
describeLagSamplesContract(
  'SQLite',
  openPort((state) => state.lagSamples),
);
describePlannedContract('SQLite', async () => {
  const { directory, remove } = temporaryDirectory();
  const { planned: port, close } = openPlanned(join(directory, 'planned.db'));
  return {
    port,
    reopen: async () => port,
    close: async () => {
      close();
      remove();
    },
  };
});
