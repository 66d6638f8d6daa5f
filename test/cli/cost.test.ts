import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { costCommand, rateOf } from '../../src/cli/cost-command.ts';
import { prices } from '../../src/cost/prices.ts';
import { accessKey, openFakeAws } from './support/fake-aws.ts';
import { configurationText } from '../infra/support/synthesised.ts';

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

type Told = { readonly stack?: string; readonly changesPerDay?: number; readonly records?: number };

async function told(given: Told) {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-cost-'));
  const configFile = join(folder.path, 'serversync.yaml');
  await writeFile(configFile, configurationText({ roles: { hq: 'both', branch: 'both' } }));
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
  expect(lines).toContain('  changes a day: 1,000 (supposed: give another, --changes-per-day)');
  expect(lines.find((line) => line.startsWith('In all'))).toMatch(/ \d+\.\d\d$/);
  expect(lines.filter((line) => line.includes('  ') && line.length > 80)).toEqual([]);
  expect(json).toMatchObject({
    exitCode: 0,
    load: { changesPerDay: 1_000, records: 0 },
    from: { changesPerDay: 'supposed', records: 'supposed' },
    prices: { region: 'us-east-1', of: { metric: prices.metric } },
  });
});

test('what is given counts', async () => {
  const { json } = await told({ changesPerDay: 0, records: 0 });
  expect(json).toMatchObject({ changes: [], sweeps: [], stored: [], from: { changesPerDay: 'given' } });
});

test('a stack’s changes are those that it published as written, less the first day', async () => {
  await using aws = await openFakeAws();
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKey);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  const at = Date.now() - 10 * dayMs;
  for (const server of ['hq', 'branch'])
    aws.aws.series.set(`Written ${server}`, [
      [at, 70_000],
      [at + 2 * dayMs, 450],
    ]);
  const { json, lines } = await told({ stack: 'North', records: 10 });
  expect(json).toMatchObject({ load: { changesPerDay: 100 }, from: { changesPerDay: 'measured' } });
  aws.aws.refusals.set(aws.aws.actions.at(-1) ?? '', { code: 'AccessDenied' });
  expect((await told({ stack: 'North' })).lines[0]).toContain('cloudwatch:GetMetricData');
  expect(lines[0]).toContain('A month on AWS');
  aws.aws.refusals.clear();
  aws.aws.series.clear();
  expect((await told({ stack: 'Nrth' })).lines[0]).toContain('no rate of changes: what stack Nrth published');
});
