/** `parked list --stack` and `parked retry --stack` as processes, over the state of a stack. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parkedRecord } from '../contracts/samples.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { type Emulators, startEmulators } from '../state/aws/emulators.ts';
import { stackTrace } from './support/aws-bench.ts';
import { type Deployed, deployed } from './support/deployed.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const minuteMs = 60_000;
const at = Date.now() - 2 * 3_600_000;

async function withParked(): Promise<Deployed> {
  const stack = await deployed(emulators);
  await stack.state.control.park([
    parkedRecord('k1', {
      server: 'branch',
      at,
      attempts: 4,
      retryAt: Date.now() + 7.5 * minuteMs,
      fields: ['name'],
    }),
    parkedRecord('k2\n', { server: 'branch', at: at + 1 }),
    parkedRecord('k3', {
      server: 'hq',
      code: '777',
      reason: 'server hq refused it with code 777: words',
      at,
    }),
    // Of an earlier configuration.
    parkedRecord('k4', { table: 'orders', server: 'depot', code: '511', at }),
  ]);
  return stack;
}

const dueOn = async ({ state }: Deployed, server: string): Promise<readonly string[]> =>
  (await state.control.parkedDue(server, Date.now(), 9)).map(({ key }) => key);

describe('parked list --stack', () => {
  test('says what is parked, by cause, those of most records first, within 80 columns', async () => {
    await using stack = await withParked();
    const { code, stdout, stderr } = await stack.start('parked list').ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'THEN')).toBe(
      [
        '4 records parked',
        '',
        '504: a value is not unique though its field asks for it',
        '    find the other record that has it, and change one of the two',
        '    contacts on branch: 2 records, since THEN, next try in 8 min',
        '        "k2\\n"',
        '        k1  (field name; tried 4 times)',
        '',
        '511: a value is longer than its field allows',
        '    look at the validation of the field (Manage > Database > Fields > Options)',
        '    orders on depot: 1 record, since THEN',
        '        k4',
        '',
        '777: server hq refused it with code 777: words',
        '    contacts on hq: 1 record, since THEN',
        '        k3',
        '',
        'Each is tried again when it changes on any server, and once a day. All of them',
        'now: serversync parked retry --stack ServerSync',
        '',
      ].join('\n'),
    );
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('lists what is left of a table that is not configured any more, where that is named', async () => {
    await using stack = await withParked();
    const { code, stdout } = await stack.start('parked list', '--table', 'orders', '--server', 'depot').ended;
    expect([code, stdout]).toEqual([1, expect.stringContaining('1 record of orders on depot parked\n')]);
  });
});

describe('parked retry --stack', () => {
  test('makes all of them due at once, and says by when they are tried', async () => {
    await using stack = await withParked();
    expect(await dueOn(stack, 'branch')).toEqual([]);
    const { code, stdout, stderr } = await stack.start('parked retry').ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'tried again within two minutes: 4 records\n' +
        'what is refused again: serversync parked list --stack ServerSync\n',
    );
    expect(new Set(await dueOn(stack, 'branch'))).toEqual(new Set(['k1', 'k2\n']));
    expect(await dueOn(stack, 'hq')).toEqual(['k3']);
    const kept = await stack.state.control.parkedAmong('contacts', 'branch', ['k1']);
    expect(kept.get('k1')).toMatchObject({ at, attempts: 4, fields: ['name'] });
  });

  test('leaves those that were not meant as they are', async () => {
    await using stack = await withParked();
    const { stdout } = await stack.start('parked retry', '--server', 'branch', '--key', 'k1', '--json').ended;
    expect(lastObject(stdout)).toEqual({ exitCode: 0, retried: 1, withoutKey: 0, stack: 'ServerSync' });
    expect([await dueOn(stack, 'branch'), await dueOn(stack, 'hq')]).toEqual([['k1'], []]);
  });

  test('with nothing parked says that there is nothing to try, with exit code 0', async () => {
    await using stack = await deployed(emulators);
    const { code, stdout } = await stack.start('parked retry', '--server', 'hq').ended;
    expect([code, stdout]).toEqual([0, 'nothing on hq is parked, so there is nothing to try\n']);
  });

  test.each(['Query', 'BatchWriteItem'])(
    'where its credentials may not do %s says so, with exit code 2',
    async (action) => {
      await using stack = await withParked();
      stack.denied.add(action);
      const { code, stderr } = await stack.start('parked retry').ended;
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`these credentials may not do dynamodb:${action}`),
      ]);
      expect(stderr).not.toMatch(stackTrace);
      expect(await dueOn(stack, 'branch')).toEqual([]);
    },
  );
});
