/** Stacks from configurations, over bundles made once: what is in them does not matter to a template. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { assertDeployable } from '../../../src/config/aws-checks.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import { ServerSyncStack } from '../../../infra/serversync-stack.ts';
import { appAsDeployed } from './cdk-json.ts';

const directory = mkdtempSync(join(tmpdir(), 'serversync-synth-'));
writeFileSync(join(directory, 'index.mjs'), 'export const handler = () => undefined;');
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const bundles = {
  enumerate: directory,
  write: directory,
  measure: directory,
  sweep: directory,
  report: directory,
  doctor: directory,
  wake: directory,
};

export type Role = 'both' | 'send' | 'receive';

export type Described = {
  readonly roles: Readonly<Record<string, Role>>;
  readonly tables?: readonly string[];
  readonly aws?: object;
  readonly alarms?: object;
  readonly enumerate?: string;
  /** Of each server. */
  readonly dataBudget?: string;
  /** Servers that call. */
  readonly woken?: readonly string[];
};

/** `roles`: what each server does for every table. */
export function configurationText({
  roles,
  tables = ['contacts'],
  aws,
  alarms = { email: 'ops@example.com' },
  enumerate,
  dataBudget,
  woken = [],
}: Described): string {
  const servers = Object.keys(roles).map((name) => [
    name,
    {
      url: `https://${name.toLowerCase()}.example.com`,
      database: 'Main',
      timeZone: 'UTC',
      ...(dataBudget !== undefined && { dataBudget }),
      ...(woken.includes(name) && { wake: 'webhook' }),
    },
  ]);
  const links = Object.entries(roles).map(([name, role]) => [name, { layout: 'Sync', role }]);
  const table = { key: 'id', modified: 'changed', fields: ['name'], servers: Object.fromEntries(links) };
  return stringify({
    version: 1,
    servers: Object.fromEntries(servers),
    tables: Object.fromEntries(tables.map((name) => [name, table])),
    ...(aws && { aws }),
    alarms,
    ...(enumerate !== undefined && { schedule: { enumerate } }),
  });
}

export const office: Described = { roles: { hq: 'both', branch: 'both' } };

/** Nobody gets the alarms. */
export const untold: Described = { ...office, alarms: {} };

export const configurationOf = (described: Described): Configuration =>
  parseConfiguration(configurationText(described), 'serversync.yaml');

export function stackOf(described: Described, stack = 'ServerSync', app = appAsDeployed()): ServerSyncStack {
  const configuration = configurationOf(described);
  assertDeployable(configuration, { stack });
  return new ServerSyncStack(app, stack, { configuration, bundles });
}

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DeletionPolicy: z.string().optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

export type Resource = z.output<typeof templateSchema>['Resources'][string];

export const templateOf = (described: Described, stack?: string): Template =>
  Template.fromStack(stackOf(described, stack));

export const resourcesOf = (template: Template): Readonly<Record<string, Resource>> =>
  templateSchema.parse(template.toJSON()).Resources;

/** Properties of all resources of a type. */
export const allOf = (template: Template, type: string): readonly Resource['Properties'][] =>
  Object.values(resourcesOf(template)).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));

/** `count` servers that send and receive, their names as long as asked for. */
export const manyServers = (count: number, length = 4): Described => ({
  roles: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `s${String(index).padStart(length - 1, '0')}`,
      'both' as const,
    ]),
  ),
});
