import { memoryControl, memoryPorts } from '../support/memory/memory-ports.ts';
import { Stores } from '../support/memory/stores.ts';
import { memoryPlanned } from '../support/memory/planned.ts';
import { memorySessionSlots } from '../support/memory/session-slots.ts';
import { describeControlContract } from './control.ts';
import { describeForgettingContract, type Forgetful } from './forgetting.ts';
import { describeForgottenRecordContract } from './forgotten-record.ts';
import type { Open } from './opened.ts';
import { describePlannedContract } from './planned.ts';
import { describeQueueContract } from './queue.ts';
import { describeRecordsContract } from './records.ts';
import { describeSessionSlotsContract } from './session-slots.ts';

/** What is stored outlives its process: here both are the same object. */
const lasting =
  <Port>(make: () => Port): Open<Port> =>
  async () => {
    const port = make();
    return { port, reopen: async () => port, close: async () => undefined };
  };

describeRecordsContract(
  'memory',
  lasting(() => memoryPorts().records),
);
describeControlContract('memory', lasting(memoryControl));
describeQueueContract(
  'memory',
  lasting(() => memoryPorts().queue),
);
describePlannedContract('memory', lasting(memoryPlanned));
describeSessionSlotsContract('memory', async () => {
  const port = memorySessionSlots();
  const reopen = async () => {
    port.holdersDie();
    return port;
  };
  return { port, reopen, close: async () => undefined };
});

const openForgetful: Open<Forgetful> = async () => {
  const stores = new Stores();
  const bindTo = stores.bindTo.bind(stores);
  const port = { ...memoryPorts(stores), bindTo, dump: async () => stores.dump() };
  return { port, reopen: async () => port, close: async () => undefined };
};

describeForgettingContract('memory', openForgetful);
describeForgottenRecordContract('memory', openForgetful);
