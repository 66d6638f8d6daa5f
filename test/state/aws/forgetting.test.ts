import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { describeForgettingContract, type Forgetful } from '../../contracts/forgetting.ts';
import { describeForgottenRecordContract } from '../../contracts/forgotten-record.ts';
import type { Open } from '../../contracts/opened.ts';
import { emulatorName, type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const openForgetful: Open<Forgetful> = async () => {
  const places = await newPlaces(emulators);
  const itemsIn = async (TableName: string): Promise<readonly string[]> => {
    const { Items = [] } = await emulators.dynamo.send(new ScanCommand({ TableName }));
    return Items.map((item) => JSON.stringify(item));
  };
  const dump = async (): Promise<readonly string[]> =>
    [...(await itemsIn(places.recordsTable)), ...(await itemsIn(places.controlTable))].toSorted();
  const port = (): Forgetful => ({ ...stateIn(emulators, places), dump });
  return { port: port(), reopen: async () => port(), close: () => Promise.resolve() };
};

describeForgettingContract(`AWS (${emulatorName})`, openForgetful);
describeForgottenRecordContract(`AWS (${emulatorName})`, openForgetful);
