/** What a tick asks of AWS and of the server in which nothing changed: most ticks are such, and they are paid for all month. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Operation } from '../../src/state/aws/operation-meter.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { openCounted } from './support/counted.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await emulators.stop();
});

/** What is stored of all tables at once; a session's slot, its token, and the slot given back; how far was read, of all tables. */
const idle = ['BatchGetItem', 'PutItem', 'PutItem', 'PutItem', 'PutItem'];

const namesOf = (operations: readonly Operation[]): readonly string[] => operations.map(({ name }) => name);

test.each([1, 6])(
  'an idle tick of a server with %i tables is a find for each, and 5 requests to AWS',
  async (tables) => {
    await using counted = await openCounted(emulators, tables);
    for (let tick = 0; tick < 2; tick += 1) {
      const { result, finds, operations } = await counted.invoked('enumerate', { server: 'hq' });
      expect(result).toEqual({ server: 'hq', reading: 'done' });
      expect(finds).toBe(tables);
      expect(namesOf(operations)).toEqual(idle);
    }
  },
  60_000,
);

test.each([1, 6])(
  'measuring 2 servers with %i tables where nothing happens asks AWS some thirty times',
  async (tables) => {
    await using counted = await openCounted(emulators, tables);
    await counted.invoked('measure', {});
    const { operations } = await counted.invoked('measure', {});
    expect(operations.length).toBeLessThanOrEqual(30);
  },
  60_000,
);

test('behind a tick that found something a table is idle again, and nothing is lost', async () => {
  await using counted = await openCounted(emulators, 2);
  counted.edit(1);
  const { operations } = await counted.invoked('enumerate', { server: 'hq' });
  expect(operations.length).toBeGreaterThan(idle.length);
  expect(operations.some(({ service }) => service === 'sqs')).toBe(true);
}, 60_000);
