/** A process that dies: its state sends so many requests to DynamoDB, and no more. */
import type { AwsState } from '../../../src/state/aws/aws-state.ts';
import type { Emulators } from './emulators.ts';
import { type StatePlaces, stateIn } from './opened-state.ts';

export class Died extends Error {}

/** Whether the work came to its end before `requests` were sent. */
export async function diesAfter(
  requests: number,
  { emulators, places }: { readonly emulators: Emulators; readonly places: StatePlaces },
  work: (state: AwsState) => Promise<unknown>,
): Promise<'died' | 'ended'> {
  const dynamo = emulators.newDynamo();
  let left = requests;
  dynamo.middlewareStack.add(
    (next) => (args) => {
      left -= 1;
      return left < 0 ? Promise.reject(new Died()) : next(args);
    },
    { step: 'initialize' },
  );
  try {
    await work(stateIn({ ...emulators, dynamo }, places));
    return 'ended';
  } catch (error) {
    if (error instanceof Died) return 'died';
    throw error;
  } finally {
    dynamo.destroy();
  }
}
