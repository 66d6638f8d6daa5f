/** State over the emulators, empty; a reopening is another process, with clients' memory of its own. */
import { UpdateItemCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterDeath, type HeldSlots } from '../../../src/core/held-slots.ts';
import { type AwsState, awsState } from '../../../src/state/aws/aws-state.ts';
import type { Open } from '../../contracts/opened.ts';
import type { Emulators } from './emulators.ts';

export type StatePlaces = {
  readonly recordsTable: string;
  readonly controlTable: string;
  readonly bucket: string;
  readonly queuePrefix: string;
};

export async function newPlaces(emulators: Emulators): Promise<StatePlaces> {
  return {
    recordsTable: await emulators.newTable(),
    controlTable: await emulators.newTable(),
    bucket: await emulators.newBucket(),
    queuePrefix: await emulators.newQueues(['hq', 'branch']),
  };
}

/** Held for as long as a test goes on. */
const never = Number.MAX_SAFE_INTEGER;

export const stateIn = (emulators: Emulators, places: StatePlaces, installation = 'Test'): AwsState =>
  awsState({ clients: emulators, ...places, installation, heldUntil: () => never });

export const openPort =
  <Port>(emulators: () => Emulators, portOf: (state: AwsState) => Port): Open<Port> =>
  async () => {
    const places = await newPlaces(emulators());
    const reopen = async (): Promise<Port> => {
      await endHolders(emulators(), places, 'hq');
      return portOf(stateIn(emulators(), places));
    };
    const port = portOf(stateIn(emulators(), places));
    return { port, reopen, close: () => Promise.resolve() };
  };

/** The time of whoever holds slots of a server is over. */
async function endHolders({ dynamo }: Emulators, places: StatePlaces, server: string): Promise<void> {
  const where = {
    TableName: places.controlTable,
    Key: { pk: { S: 'slots' }, sk: { S: `server ${server}` } },
  };
  const { Item } = await dynamo.send(new GetItemCommand(where));
  const text = Item?.['slots']?.S;
  if (text === undefined) return;
  const slots: HeldSlots = JSON.parse(text);
  await dynamo.send(
    new UpdateItemCommand({
      ...where,
      UpdateExpression: 'SET slots = :slots',
      ExpressionAttributeValues: {
        ':slots': { S: JSON.stringify(afterDeath(slots, Number.MAX_SAFE_INTEGER)) },
      },
    }),
  );
}
