/** `plan --stack` as a process: what the functions of a stack would write, by a copy of its state. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { placeOf } from '../../src/engine/engine.ts';
import { enumerate } from '../../src/engine/enumerate.ts';
import { lastObject } from '../end-to-end/support/command-line.ts';
import { openOffice } from '../end-to-end/support/office.ts';
import { eachSyncedStack, type SyncedStack } from './support/synced-stack.ts';

let synced: SyncedStack;
eachSyncedStack((one) => {
  synced = one;
});

const plan = (...options: readonly string[]) => synced.run('plan', '--json', '--limit', '100', ...options);

describe('plan --stack', () => {
  test('writes nothing and finds nothing to write where all is in step', async () => {
    const { code, stdout, stderr } = await plan();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('A run would write nothing. Nothing was written now'),
    });
    expect(lastObject(stdout)).toMatchObject({ exitCode: 0, conflicts: [], halted: [], pending: [] });
  });

  test('names what the functions then write, changes neither the state nor a server, and leaves no session', async () => {
    const { hq, branch } = synced;
    hq.edit('K-00001', { name: 'edited on hq' });
    branch.create({ id: 'K-new', name: 'made on branch', notes: '' });
    hq.edit('K-00002', { notes: 'by hq' });
    branch.edit('K-00002', { notes: 'by branch' });
    const [state, records] = [await synced.stateNow(), JSON.stringify([hq.records, branch.records])];
    const { code, stdout, stderr } = await plan();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('on 2 servers.') });
    const { work, conflicts } = lastObject(stdout);
    expect(work).toMatchObject([
      {
        server: 'hq',
        creates: 1,
        deletes: 0,
        records: expect.arrayContaining([{ kind: 'create', key: 'K-new' }]),
      },
      {
        server: 'branch',
        creates: 0,
        deletes: 0,
        records: expect.arrayContaining([{ kind: 'edit', key: 'K-00001', fields: ['name'] }]),
      },
    ]);
    expect(conflicts).toMatchObject([{ table: 'contacts', fields: 1 }]);
    expect(await synced.stateNow()).toEqual(state);
    expect(JSON.stringify([hq.records, branch.records])).toBe(records);
    for (const { stats } of [hq, branch]) expect(stats.openSessions).toBe(0);
    await synced.syncOnce();
    expect(hq.value('K-new', 'name')).toBe('made on branch');
    expect(branch.value('K-00001', 'name')).toBe('edited on hq');
    expect(branch.value('K-00002', 'notes')).toBe(hq.value('K-00002', 'notes'));
  });

  test('knows what waits in the stack, what is parked and what is halted there', async () => {
    const { hq, stack } = synced;
    const { control } = stack.state;
    hq.edit('K-00001', { name: 'read, and not delivered' });
    await synced.asFunctions(async (engine) => {
      const place = placeOf(engine, 'contacts', 'hq');
      if (place) await enumerate(engine, place, new AbortController().signal);
    });
    expect((await control.openBatches('branch', 10)).length).toBeGreaterThan(0);
    const { stdout } = await plan();
    expect(lastObject(stdout)['work']).toMatchObject([
      { server: 'hq', edits: 0 },
      { server: 'branch', edits: 1, records: [{ kind: 'edit', key: 'K-00001', fields: ['name'] }] },
    ]);
    const at = Date.now();
    await control.putHalt({
      table: 'contacts',
      server: 'branch',
      rev: 1,
      id: 'abc123',
      kind: 'clone',
      at,
      figures: {},
      examples: [],
    });
    const halted = lastObject((await plan()).stdout);
    expect(halted).toMatchObject({ exitCode: 1, halted: [{ server: 'branch', why: 'clone', isNew: false }] });
    expect(halted['work']).toMatchObject([{ edits: 0 }, { edits: 0 }]);
  });

  test('shows what a changed configuration would do before it is deployed', async () => {
    synced.branch.importOver('K-00004', { amount: '7' });
    const state = await synced.stateNow();
    await synced.write(synced.configuration('settle: 0 seconds', 'name, notes, amount'));
    const { code, stdout } = await plan();
    const { work, conflicts } = lastObject(stdout);
    expect(code).toBe(1);
    // Five are empty on branch, and of the one that differs one side gets the other's.
    const edits = z.array(z.object({ edits: z.number(), creates: z.literal(0) })).parse(work);
    expect(edits.reduce((sum, one) => sum + one.edits, 0)).toBe(6);
    expect(conflicts).toMatchObject([{ fields: 1 }]);
    expect(await synced.stateNow()).toEqual(state);
  });

  test('looks for the known records at an address that is not deployed yet', async () => {
    const state = await synced.stateNow();
    const here = synced.configuration();
    await synced.write(here.replace(synced.branch.url, synced.branch.url.replace('127.0.0.1', 'localhost')));
    const same = await plan();
    expect([same.code, lastObject(same.stdout)]).toMatchObject([
      0,
      {
        moved: [
          { kind: 'moved', server: 'branch' },
          { kind: 'proven', figures: { asked: 6, agreed: 6 } },
        ],
      },
    ]);
    await using other = await openOffice({});
    await synced.write(here.replace(synced.branch.url, other.url));
    const empty = await plan();
    expect([empty.code, lastObject(empty.stdout)]).toMatchObject([
      1,
      { halted: [{ server: 'branch', why: 'moved', isNew: true, figures: { asked: 6, none: 6 } }] },
    ]);
    expect(await synced.stateNow()).toEqual(state);
    const refused = await synced.run('verify');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('cdk deploy')]);
  });
});
