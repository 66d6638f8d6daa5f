/** `forget --stack` as a process, over the state of a stack. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { head, meeting, parkedRecord, replica } from '../contracts/samples.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { deployed } from './support/deployed.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

test('ends what a stack keeps of a server that is not in its configuration, and nothing else', async () => {
  await using stack = await deployed(emulators);
  const { control, records } = stack.state;
  await stack.state.bindRecords();
  for (const server of ['branch', 'depot']) {
    await control.putMeeting(meeting({ server, state: 'passed' }));
    await control.park([parkedRecord('k1', { server })]);
    await records.putReplicas([replica(1, { server })]);
  }
  const seen = { recordId: '1', modId: 1, version: 1, digests: {}, at: 1 };
  await records.putHeads([head(1, { seen: { branch: seen, depot: seen } })]);
  const refused = await stack.start('forget', '--server', 'branch', '--yes').ended;
  expect(refused.code).toBe(2);
  const { code, stdout } = await stack.start('forget', '--server', 'depot', '--yes', '--json').ended;
  expect(code).toBe(0);
  expect(lastObject(stdout)).toMatchObject({ places: [{ table: 'contacts', server: 'depot', records: 1 }] });
  expect((await control.meetings()).map(({ server }) => server)).toEqual(['branch']);
  expect([...(await control.parkedByServer()).keys()]).toEqual(['branch']);
  const [kept] = [...(await records.heads('contacts', ['k1'])).values()];
  expect(Object.keys(kept?.seen ?? {})).toEqual(['branch']);
});
