/** `sweep --stack` as a process: the functions do it, the command asks for it and waits. */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/composition/system-clock.ts';
import { withPause } from '../../src/core/pause.ts';
import { sweepServer } from '../../src/engine/sweep-server.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { eachSyncedStack, type SyncedStack } from './support/synced-stack.ts';

let synced: SyncedStack;
eachSyncedStack((one) => {
  synced = one;
});

const never = new AbortController().signal;

/** A turn of a server's sweeper by a schedule that is never due. */
const sweeper = (server: string): Promise<unknown> =>
  synced.asFunctions((engine) =>
    sweepServer(engine, server, { pace: async () => 'on', isDue: () => false }, never),
  );

const isAsked = async (server: string): Promise<boolean> =>
  (await synced.stack.state.control.sweepAsk('contacts', server)) !== undefined;

async function asked(...servers: readonly string[]): Promise<void> {
  for (const server of servers)
    while (!(await isAsked(server))) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('sweep --stack', () => {
  test('has the functions sweep, asks no server itself, and ends when they did, with what they found', async () => {
    const { hq, branch, stack } = synced;
    branch.delete('K-00003');
    const before = [hq.stats.requests, branch.stats.requests];
    const running = stack.start('sweep', '--json');
    await asked('hq', 'branch');
    expect([hq.stats.requests, branch.stats.requests]).toEqual(before);
    await sweeper('hq');
    await sweeper('branch');
    const { code, stdout, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /asked for: the sweeps begin within 5 minutes[^]*contacts on hq: swept, 6 rows: all as it was known\n[^]*contacts on branch: swept, 5 rows: 1 record seems to be gone\n\nSwept, in/,
      ),
    });
    expect(lastObject(stdout)).toMatchObject({
      exitCode: 0,
      delayed: [],
      swept: [
        { table: 'contacts', server: 'hq', counts: { rows: 6, absent: 0 } },
        { table: 'contacts', server: 'branch', counts: { rows: 5, absent: 1 } },
      ],
    });
    // Once more, and nothing is due: it was asked for once.
    const { control } = synced.stack.state;
    const swept = await control.sweep('contacts', 'hq');
    await sweeper('hq');
    expect(await control.sweep('contacts', 'hq')).toEqual(swept);
  });

  test('does not wait for what is paused or halted, says when it is swept, and that it was asked for stays', async () => {
    const { control } = synced.stack.state;
    const at = systemClock.now();
    await control.putPauses(withPause(await control.pauses(), { server: 'hq', at }));
    const of = { table: 'contacts', server: 'branch', figures: {}, examples: [] };
    await control.putHalt({ ...of, rev: 1, id: 'abc123', kind: 'clone', at });
    const { code, stdout } = await synced.run('sweep', '--json');
    expect(code).toBe(1);
    expect(lastObject(stdout)).toMatchObject({
      swept: [],
      delayed: [
        { server: 'hq', why: 'paused' },
        { server: 'branch', why: 'halted' },
      ],
    });
    expect([await isAsked('hq'), await isAsked('branch')]).toEqual([true, true]);
  });

  test('asks for what was chosen alone, and when it is stopped the functions sweep all the same', async () => {
    const running = synced.stack.start('sweep', '--server', 'hq');
    await asked('hq');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('done all the same') });
    expect(await isAsked('branch')).toBe(false);
    await sweeper('hq');
    expect((await synced.stack.state.control.sweep('contacts', 'hq'))?.last?.counts.rows).toBe(6);
  });

  test('names the right that is missing', async () => {
    synced.stack.denied.add('PutItem');
    const { code, stderr } = await synced.run('sweep');
    expect([code, stderr]).toEqual([2, expect.stringContaining('may not do dynamodb:PutItem')]);
  });
});
