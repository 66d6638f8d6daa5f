/** How long the simulated server takes, and what it says of it. */
import { afterEach, expect, test } from 'vitest';
import { Busy } from '../../src/simulator/busy.ts';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { VirtualClock } from '../../src/simulator/virtual-clock.ts';
import { bench, Client, closeAll, text } from './client.ts';

afterEach(closeAll);

/** Whether the call is answered once the clock stands so much later. */
async function answeredAfter(clock: VirtualClock, calling: Promise<unknown>, ms: number): Promise<boolean> {
  let isAnswered = false;
  void calling.then(() => (isAnswered = true));
  clock.advance(ms);
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  return isAnswered;
}

test('an answer takes longer for each record that it shows', async () => {
  const made = await bench([text('name')], [{ name: 'a' }, { name: 'b' }, { name: 'c' }], {
    latencyMs: { list: { base: 100, perRow: 10 } },
  });
  const calling = made.call('GET', '/records?_limit=2');
  while (made.clock.sleeping < 1) await new Promise(setImmediate);
  expect(await answeredAfter(made.clock, calling, 100)).toBe(false);
  expect(await answeredAfter(made.clock, calling, 19)).toBe(false);
  expect(await answeredAfter(made.clock, calling, 1)).toBe(true);
});

test('a request arrives after half of the round trip, and is answered after the other half', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 5));
  const server = await startSimulator({ databases: [], accounts: [], clock, roundTripMs: 60 });
  const calling = new Client(server.url).send('GET', '/fmi/data/v2/productInfo');
  const arrived = () => server.control.stats().requests.productInfo;
  while (clock.sleeping < 1) await new Promise(setImmediate);
  expect(await answeredAfter(clock, calling, 29)).toBe(false);
  expect(arrived()).toBe(0);
  expect(await answeredAfter(clock, calling, 1)).toBe(false);
  expect(arrived()).toBe(1);
  expect(await answeredAfter(clock, calling, 29)).toBe(false);
  expect(await answeredAfter(clock, calling, 1)).toBe(true);
  await server.close();
});

test('what kept sessions busy is told in tenths of seconds', () => {
  const origin = performance.timeOrigin;
  const busy = new Busy();
  busy.took('create', 50, 250);
  busy.took('find', 120, 130);
  expect(busy.slots()).toEqual([
    { at: origin, busyMs: { create: 50 } },
    { at: origin + 100, busyMs: { create: 100, find: 10 } },
    { at: origin + 200, busyMs: { create: 50 } },
  ]);
});
