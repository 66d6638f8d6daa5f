/** A write took effect and its answer was lost: the SDK sends it again, and its condition does not hold any more. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AwsState } from '../../../src/state/aws/aws-state.ts';
import { batchRow, head, sending } from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;
let dynamo: DynamoDBClient;
let state: AwsState;
/** How many answers to writes are lost from now on. */
let losing = 0;
let lost = 0;
/** Happens in place of the next write, which does not arrive. */
let instead: (() => Promise<void>) | undefined;

const broken = (): Error =>
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });

beforeAll(async () => {
  emulators = await startEmulators();
  dynamo = emulators.newDynamo();
  const { requestHandler } = dynamo.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const happens = instead;
    instead = undefined;
    if (happens !== undefined) {
      await happens();
      throw broken();
    }
    const answer = await handle(request, options);
    if (losing === 0 || !/\.(Put|Update|Delete)Item$/.test(request.headers['x-amz-target'] ?? ''))
      return answer;
    losing -= 1;
    lost += 1;
    throw broken();
  };
});
afterAll(async () => {
  dynamo.destroy();
  await emulators.stop();
});
beforeEach(async () => {
  [losing, lost] = [0, 0];
  state = stateIn({ ...emulators, dynamo }, await newPlaces(emulators));
});

async function losingOne<Result>(work: () => Promise<Result>): Promise<Result> {
  losing = 1;
  const result = await work();
  expect(lost).toBe(1);
  return result;
}

const orphanMs = 960_000;

test('a slot whose taking was not answered is held once, by who took it', async () => {
  const slot = await losingOne(() => state.sessions.take('hq', 2, 1, orphanMs));
  expect(slot).toBeDefined();
  expect(await state.sessions.take('hq', 2, 1, orphanMs)).toBeDefined();
  expect(await state.sessions.take('hq', 2, 1, orphanMs)).toBe(undefined);
});

test('what was announced without an answer is announced, and the row stays its writer’s', async () => {
  await state.control.putBatches([batchRow('row')]);
  const rev = await losingOne(() => state.control.appendSending('row', 1, [sending('row', 'k')]));
  expect(rev).toBe(2);
  expect((await state.control.batch('row'))?.sending).toHaveLength(1);
});

test('a row whose closing was not answered is closed', async () => {
  await state.control.putBatches([batchRow('row')]);
  expect(await losingOne(() => state.control.close('row', 1))).toBe(true);
  expect(await state.control.openBatches('hq', 10)).toEqual([]);
});

test('a head whose writing was not answered is written', async () => {
  expect(await losingOne(() => state.records.putHeads([head(1)]))).toEqual(new Set());
});

test('where another wrote while the request was on its way once more, that one’s write stands', async () => {
  const places = await newPlaces(emulators);
  state = stateIn({ ...emulators, dynamo }, places);
  const theirs = head(1, { createOnly: { by: 'another' } });
  instead = async () => {
    await stateIn(emulators, places).records.putHeads([theirs]);
  };
  expect(await state.records.putHeads([head(1)])).toEqual(new Set(['k1']));
  expect(instead).toBe(undefined);
  expect((await state.records.heads('contacts', ['k1'])).get('k1')).toEqual(theirs);
});

test('bytes whose adding was not answered count once', async () => {
  const sent = { server: 'hq', day: '2026-11-29', bytes: 7 };
  await state.control.addDataUse(sent);
  await losingOne(() => state.control.addDataUse(sent));
  expect(await state.control.dataUse('hq', '2026-11')).toStrictEqual(new Map([['2026-11-29', 14]]));
});
