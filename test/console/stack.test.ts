/** `console --stack` as a process: looks and acts over the state of a stack, as an operator with AWS credentials has them. */
import { expect, test } from 'vitest';
import { callerArn } from '../cli/support/fake-aws.ts';
import { eachSyncedStack, type SyncedStack } from '../cli/support/synced-stack.ts';
import { parkedRecord } from '../contracts/samples.ts';
import { until } from '../end-to-end/support/until.ts';
import { startedConsole } from './support/asking.ts';

let synced: SyncedStack;
eachSyncedStack((one) => {
  synced = one;
});

const metricsAction = 'GraniteServiceVersion20100801:GetMetricData';

const never = new Promise<void>(() => undefined);

test('everything is shown and decided of a stack too, as of whom AWS says it is', async () => {
  const { hq, branch, stack } = synced;
  hq.edit('K-00001', { name: 'Alma' });
  branch.edit('K-00001', { name: 'Bela' });
  await synced.syncOnce();
  await stack.state.control.park([parkedRecord('k1', { server: 'branch' })]);
  await using console = await startedConsole(synced.stack.start('console'));
  const shown = await console.ask('GET /api/overview', {});
  expect(shown).toMatchObject({
    place: { kind: 'stack', stack: 'ServerSync' },
    operator: callerArn,
    isAtWork: false,
    sums: { conflicts: 1, parked: 1 },
    places: [
      { server: 'hq', state: 'going', records: 6, parked: 0 },
      { server: 'branch', state: 'going', records: 6, parked: 1 },
    ],
  });
  expect(shown.matters[0]?.command).toContain('--stack ServerSync');
  const { conflicts } = await console.ask('GET /api/conflicts', {});
  const lost = conflicts[0]?.winner.value === 'Alma' ? 'branch' : 'hq';
  const id = conflicts[0]?.id ?? '';
  const chosen = await console.ask('POST /api/conflict/resolve', { id, keep: lost });
  expect([chosen.done[0], chosen.conflicts[0]?.now?.server]).toEqual([
    expect.stringContaining('chosen: name is'),
    lost,
  ]);
  const { done } = await console.ask('POST /api/parked/retry', {});
  expect(done).toContainEqual(expect.stringContaining('tried again within two minutes'));
  const paused = await console.ask('POST /api/pause', { table: 'contacts', until: '2 hours' });
  expect(paused.places.map(({ state }) => state)).toEqual(['paused', 'paused']);
  expect((await console.ask('POST /api/resume', { table: 'contacts' })).pauses).toEqual([]);
  const { versions } = await console.ask('GET /api/history', { table: 'contacts', key: 'K-00001' });
  expect(versions[0]?.what).toBe('choice');
  const { acts } = await console.ask('GET /api/acts', {});
  expect(acts.map(({ what }) => what)).toEqual(['resume', 'pause', 'retry', 'choose']);
  expect(new Set(acts.map(({ by }) => by))).toEqual(new Set([callerArn]));
  stack.bench.aws.figures.set('Lag hq', 12).set('Written branch', 40);
  stack.bench.aws.figures.set('OffsetLow hq', -900).set('OffsetHigh hq', 100);
  const { servers: trends } = await console.ask('GET /api/trends', { hours: '6' });
  expect(trends).toMatchObject([
    {
      server: 'hq',
      lag: [{ lagMs: 12_000, pending: 0 }, { lagMs: 12_000 }],
      clock: [{ lo: -900, hi: 100 }, {}],
    },
    { server: 'branch', lag: [], clock: [], written: [{ records: 40 }, { records: 40 }] },
  ]);
  stack.bench.aws.refusals.set(metricsAction, { code: 'AccessDenied' });
  expect(await console.ask('GET /api/trends', { hours: '7' })).toMatchObject({
    servers: [{ lag: [] }, { lag: [] }],
    note: expect.stringContaining('cloudwatch:GetMetricData'),
  });
  const { id: job } = await console.ask('POST /api/jobs', { kind: 'plan' });
  await until(async () => (await console.ask('GET /api/job', { id: job })).endedAt !== undefined, never);
  expect(await console.ask('GET /api/job', { id: job })).toMatchObject({
    state: 'done',
    result: { kind: 'plan', failures: [] },
  });
  expect(await console.end()).toBe(0);
});
