import { connectDataApi } from '../../../src/filemaker/data-api/connect.ts';
import { describeServerContract } from '../../contracts/server/contract.ts';
import { memorySessionSlots } from '../../support/memory/session-slots.ts';

describeServerContract({
  name: 'the Data API',
  layout: 'sync contacts',
  findsAlike: true,
  connect: (options) => connectDataApi({ ...options, slots: memorySessionSlots() }),
});
