/** What the cost model says that stands in an installation, against what the stack makes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withCosts } from '../../bench/cost-table.ts';
import { installationFigures, serverFigures } from '../../src/config/figures.ts';
import { counted } from '../../src/cost/counted.ts';
import { installedParts } from '../../src/cost/installed-parts.ts';
import { monthCost } from '../../src/cost/month.ts';
import { prices } from '../../src/cost/prices.ts';
import { allOf, configurationOf, type Described, templateOf } from './support/synthesised.ts';

const keyArn = (at: number): string =>
  `arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-12345678900${at}`;

const both = { hq: 'both', branch: 'both' } as const;

test.each<[string, Described]>([
  ['of two servers', { roles: both }],
  ['of three, one of which only sends', { roles: { hq: 'both', source: 'send', copy: 'receive' } }],
  ['with budgets of data', { roles: both, dataBudget: '2 GB per month' }],
  ['whose mail has no report', { roles: both, alarms: { email: 'ops@example.com', report: 'never' } }],
  ['without mail', { roles: both, alarms: {} }],
  ['in which one server calls', { roles: both, woken: ['hq'] }],
  ['with a key of the customer', { roles: both, aws: { kmsKey: keyArn(1), formerKmsKeys: [keyArn(2)] } }],
])('an installation %s has the alarms, dashboards, queues and keys that are reckoned', (_, described) => {
  const template = templateOf(described);
  const of = (type: string): number => allOf(template, type).length;
  const { metrics, secrets, customerKeys, ...parts } = installedParts(configurationOf(described));
  expect(parts).toEqual({
    alarms: of('AWS::CloudWatch::Alarm'),
    compositeAlarms: of('AWS::CloudWatch::CompositeAlarm'),
    dashboards: of('AWS::CloudWatch::Dashboard'),
    queues: of('AWS::Lambda::EventSourceMapping'),
    keys: of('AWS::KMS::Key'),
  });
  expect(customerKeys).toBe(described.aws === undefined ? 0 : 2);
  const servers = Object.keys(described.roles).length;
  const callers = described.woken?.length ?? 0;
  expect(secrets).toBe(servers + of('AWS::SecretsManager::Secret'));
  // Hints and those that were missed, of servers that call; refused calls, where any does.
  const ofServers = Object.keys(serverFigures).length - 2 - (described.dataBudget === undefined ? 1 : 0);
  const ofAll = Object.keys(installationFigures).length - (callers === 0 ? 1 : 0);
  expect(metrics).toBe(ofAll + servers * ofServers + 2 * callers);
});

test('a month is the sum of its lines, and what is asked for grows with changes, rows and ticks', () => {
  const configuration = configurationOf({ roles: both });
  const idle = monthCost(configuration, counted, { changesPerDay: 0, records: 0 });
  const { usd, ...groups } = idle;
  const lines = Object.values(groups).flat();
  expect(usd).toBeCloseTo(
    lines.reduce((sum, one) => sum + one.usd, 0),
    9,
  );
  for (const one of lines) expect(one.usd).toBeCloseTo(one.count * prices[one.price].usd, 12);
  expect(idle.changes).toEqual([]);
  const busy = monthCost(configuration, counted, { changesPerDay: 10_000, records: 100_000 });
  expect(busy.usd).toBeGreaterThan(usd);
  expect(busy.idle).toEqual(idle.idle);
  const seldom = monthCost(configurationOf({ roles: both, enumerate: '30 minutes' }), counted, {
    changesPerDay: 0,
    records: 0,
  });
  expect(seldom.usd).toBeLessThan(usd);
});

const wholeOf = (described: Described): number =>
  installedParts(configurationOf(described)).alarms - 2 * Object.keys(described.roles).length;

test('the page has what the model says', () => {
  const page = readFileSync(new URL('../../docs/aws.md', import.meta.url), 'utf8');
  expect(withCosts(page)).toBe(page);
  const [reported, silent] = [wholeOf({ roles: both }), wholeOf({ roles: both, alarms: {} })];
  expect(page).toContain(
    `2 alarms at 0.10 for each server and ${reported} of the whole (${silent} where there is no daily report`,
  );
});

test('each price names a page of AWS and what was read for it', () => {
  for (const { usd, page, checkedBy } of Object.values(prices)) {
    expect(usd).toBeGreaterThan(0);
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/pricing\//);
    expect(checkedBy).not.toBe('');
  }
});
