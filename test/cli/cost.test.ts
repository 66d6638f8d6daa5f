import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { costCommand, rateOf } from '../../src/cli/cost-command.ts';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { headOf } from '../core/samples.ts';
import { prices } from '../../src/cost/prices.ts';
import { accessKey, type FakeAws, openFakeAws } from './support/fake-aws.ts';
import { configurationText, type Described } from '../infra/support/synthesised.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const dayMs = 86_400_000;
const run = (startedAt: number, written: number) => ({
  id: String(startedAt),
  startedAt,
  read: 0,
  created: written,
  updated: written,
  removed: 1,
  conflicts: 0,
  parked: 0,
  failures: [],
});

test('the rate of changes is that of the runs behind the first day, which held the first sync', () => {
  const now = 100 * dayMs;
  expect(rateOf([], now)).toBe(undefined);
  expect(rateOf([run(now - dayMs, 5_000)], now)).toBe(undefined);
  const first = run(now - 6 * dayMs, 100_000);
  expect(rateOf([run(now - dayMs, 50), run(now - 4 * dayMs, 199), first], now)).toBe(100);
  expect(rateOf([run(now - dayMs, 15), run(now - 80 * dayMs, 9_000)], now)).toBe(1);
});

type Told = {
  readonly stack?: string;
  readonly changesPerDay?: number;
  readonly records?: number;
  readonly roles?: Described['roles'];
  /** Whether this machine did, 400 records a day in all, and holds one. */
  readonly synced?: boolean;
};

async function sync(directory: string): Promise<void> {
  const state = openLocalState({ directory, now: () => Date.now() });
  const first = Date.now() - 5 * dayMs;
  await state.control.putRun(run(first, 70_000));
  for (const day of [1.5, 2.5, 3.5, 4.5])
    await state.control.putRun({ ...run(first + day * dayMs, 200), removed: 0 });
  await state.records.putHeads([headOf({ name: 'Anne' }, { lo: 1, hi: 1 })]);
  state.close();
}

async function told({ roles = { hq: 'both', branch: 'both' }, synced = false, ...given }: Told) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-cost-'));
  const configFile = join(folder.path, 'serversync.yaml');
  await writeFile(configFile, configurationText({ roles }));
  if (synced) await sync(join(folder.path, '.serversync'));
  const lines: string[] = [];
  let json: unknown;
  const exitCode = await costCommand({
    configFile,
    stateDirectory: undefined,
    ...given,
    output: { terminal: false, line: (text) => lines.push(text), json: (make) => (json = make()) },
  });
  return { lines, json, exitCode };
}

test('what is not given and not known is supposed, and said to be', async () => {
  const { lines, json, exitCode } = await told({});
  expect(exitCode).toBe(0);
  expect(lines).toContain('  changes a day: 1,000 (supposed; give yours: --changes-per-day N)');
  expect(lines).toContain('  records:       not known (give them: --records N)');
  expect(lines.join('\n')).toContain(
    'Sweeps, and what is held: not reckoned, as the number of records is not known.\nGive it with --records N.',
  );
  expect(lines.find((line) => line.startsWith('In all, without these'))).toMatch(/ \$\d+\.\d\d$/);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(json).toMatchObject({
    exitCode: 0,
    load: { changesPerDay: 1_000 },
    from: { changesPerDay: 'supposed', records: 'unknown' },
    prices: { region: 'us-east-1', of: { metric: prices.metric } },
  });
});

test('what this machine has written counts once for all receivers, and its records are those that it holds', async () => {
  const two = await told({ synced: true });
  expect(two.lines).toContain('  changes a day: 400 (as it was measured; another: --changes-per-day N)');
  expect(two.json).toMatchObject({ load: { changesPerDay: 400, records: 1 }, from: { records: 'measured' } });
  const five = { hq: 'both', a: 'both', b: 'both', c: 'both', d: 'both' } as const;
  expect((await told({ synced: true, roles: five })).json).toMatchObject({ load: { changesPerDay: 100 } });
});

test('what is given counts', async () => {
  const { json, lines } = await told({ changesPerDay: 0, records: 0 });
  expect(json).toMatchObject({ changes: [], sweeps: [], stored: [], from: { changesPerDay: 'given' } });
  expect(lines.join('\n')).not.toContain('not reckoned');
});

test('each figure has its unit', async () => {
  const { lines } = await told({ changesPerDay: 100, records: 1_000 });
  const figures = lines.filter((line) => line.startsWith('  ') && line.includes('$'));
  expect(figures.length).toBeGreaterThan(20);
  for (const line of figures) expect(line).toMatch(/ [\d.,]+ [A-Za-z][A-Za-z -]+ {2,}\$[\d.,]+$/);
});

const outputs = Object.fromEntries(
  ['RecordsTable', 'ControlTable', 'Bucket', 'QueuePrefix', 'SecretPrefix'].map((name) => [name, 'x']),
);

async function withStack(aws: FakeAws, url: string): Promise<void> {
  aws.stacks.set('North', { status: 'CREATE_COMPLETE', outputs });
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKey);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
}

test('a stack’s changes are those that it published as written, less the first day, each once for all its receivers', async () => {
  await using fake = await openFakeAws();
  const { aws, url } = fake;
  await withStack(aws, url);
  const at = Date.now() - 10 * dayMs;
  for (const server of ['hq', 'branch', 'south'])
    aws.series.set(`Written ${server}`, [
      [at, 70_000],
      [at + 2 * dayMs, 450],
    ]);
  const two = await told({ stack: 'North', records: 10 });
  expect(two.json).toMatchObject({ load: { changesPerDay: 100 }, from: { changesPerDay: 'measured' } });
  expect(two.lines[0]).toContain('A month on AWS');
  const three = await told({ stack: 'North', roles: { hq: 'both', branch: 'both', south: 'both' } });
  expect(three.json).toMatchObject({ load: { changesPerDay: 75 } });
  expect(three.lines).toContain('                 serversync status --stack North counts them');
  aws.series.clear();
  expect((await told({ stack: 'North' })).lines[0]).toContain(
    'no rate of changes: what stack North published',
  );
});

test('a stack that is not there, and AWS that does not answer, are refused as of other commands', async () => {
  await using fake = await openFakeAws();
  const { aws, url } = fake;
  await withStack(aws, url);
  await expect(told({ stack: 'Nrth' })).rejects.toThrow('there is no stack Nrth in region eu-west-1');
  await expect(told({ stack: 'Nrth', changesPerDay: 1, records: 1 })).rejects.toThrow('no stack Nrth');
  expect((await told({ stack: 'North' })).exitCode).toBe(0);
  aws.refusals.set(aws.actions.at(-1) ?? '', { code: 'AccessDenied' });
  await expect(told({ stack: 'North' })).rejects.toThrow('may not do cloudwatch:GetMetricData');
  expect((await told({ stack: 'North', changesPerDay: 1, records: 1 })).exitCode).toBe(0);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOTHER');
  await expect(told({ stack: 'North' })).rejects.toThrow('no valid AWS credentials');
});
