/** Games that failed once, each as short as it could be made, and why. */
import type { Plan, ServerPlan, Site, Step } from './plan.ts';

type Found = readonly [why: string, plan: Plan];

const server = (name: string, of: Partial<ServerPlan> = {}): ServerPlan => ({
  name,
  role: 'both',
  timeZone: 'UTC',
  clockOffsetMs: 0,
  sessions: 2,
  version: '22',
  latencyMs: {},
  rows: [],
  ...of,
});

const plan = (seed: number, site: Partial<Site>, steps: readonly Step[]): Plan => ({
  seed,
  site: {
    startAt: '2026-11-22T10:00:00Z',
    servers: [server('hq'), server('branch')],
    conflicts: 'newest',
    deletes: 'edit-wins',
    merge: 'field',
    unique: true,
    pageSize: 2,
    batchSize: 2,
    batchesAtOnce: 1,
    ...site,
  },
  steps,
});

export const found: readonly Found[] = [
  [
    'a conflict stayed open for ever when a delete won over what waited',
    plan(
      5018,
      {
        servers: [server('hq', { rows: ['hq-1'] }), server('branch', { role: 'send' })],
        conflicts: 'hold',
        deletes: 'delete-wins',
      },
      [
        { id: 31, kind: 'run' },
        {
          id: 33,
          kind: 'act',
          server: 'branch',
          act: { kind: 'create', key: 'hq-1', fields: ['name', 'notes'] },
        },
        { id: 47, kind: 'sweep' },
        { id: 52, kind: 'act', server: 'branch', act: { kind: 'delete', key: 'hq-1' } },
      ],
    ),
  ],
  [
    'the model took a field that is the same everywhere for waiting, since others of its record waited',
    plan(
      500720,
      {
        servers: [server('hq', { role: 'send', rows: ['k2'] }), server('branch')],
        conflicts: 'hold',
        deletes: 'delete-wins',
        merge: 'record',
      },
      [
        { id: 22, kind: 'run' },
        { id: 27, kind: 'act', server: 'branch', act: { kind: 'edit', key: 'k2', fields: ['notes'] } },
        {
          id: 49,
          kind: 'act',
          server: 'hq',
          act: { kind: 'edit', key: 'k2', fields: ['amount'], imported: true },
        },
      ],
    ),
  ],
  [
    'time passed by a login that was under way when its run was killed: it came an hour late, beside another one',
    plan(
      600659,
      {
        servers: [server('hq', { sessions: 1 }), server('branch', { role: 'receive' }), server('kiosk')],
        conflicts: 'hold',
        unique: false,
      },
      [
        {
          id: 10,
          kind: 'trouble',
          server: 'hq',
          trouble: { effect: { kind: 'delay', ms: 400 }, on: ['list', 'login'], next: 1 },
        },
        { id: 17, kind: 'run', diesAt: 10 },
      ],
    ),
  ],
  [
    'a record that was made anew on two servers between two runs was held with a value that one of them did not have',
    plan(
      702236,
      {
        servers: [server('hq', { rows: ['k3'] }), server('branch')],
        conflicts: 'hold',
      },
      [
        { id: 7, kind: 'run' },
        { id: 10, kind: 'act', server: 'hq', act: { kind: 'delete', key: 'k3' } },
        { id: 38, kind: 'act', server: 'hq', act: { kind: 'create', key: 'k3', fields: ['name'] } },
        { id: 43, kind: 'act', server: 'branch', act: { kind: 'delete', key: 'k3' } },
        { id: 74, kind: 'act', server: 'branch', act: { kind: 'create', key: 'k3', fields: ['amount'] } },
      ],
    ),
  ],
];
