/** What a console of three offices might tell: everything that the contract has, in one state of things. */
import type { ConflictField } from '../../../src/console/api/conflicts.ts';
import type { Halt } from '../../../src/console/api/halts.ts';
import type { HistoryAnswer } from '../../../src/console/api/history.ts';
import type { Matter, OverviewAnswer, PlaceRow } from '../../../src/console/api/overview.ts';
import type { ParkedAnswer } from '../../../src/console/api/parked.ts';
import type { PlanResult } from '../../../src/console/api/plan.ts';
import type { TrendsAnswer } from '../../../src/console/api/trends.ts';
import type { VerifyResult } from '../../../src/console/api/verify.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const place = (table: string, server: string, of: Partial<PlaceRow>, now: number): PlaceRow => ({
  table,
  server,
  role: 'both',
  records: 12_840,
  state: 'going',
  lagMs: 0,
  readUpTo: now - 2 * minute,
  pending: 0,
  parked: 0,
  held: 0,
  ...of,
});

const matters = (now: number): readonly Matter[] => [
  {
    kind: 'halted',
    urgency: 'now',
    since: now - 3 * hour,
    table: 'contacts',
    server: 'branch-london',
    text: '50 of 130 records are gone; the limit is 20 a day',
    command: 'serversync halts 3f9a1c',
  },
  {
    kind: 'held',
    urgency: 'now',
    since: now - 5 * hour,
    table: 'contacts',
    count: 2,
    text: '2 fields wait for your choice',
    command: 'serversync conflicts list --held --table contacts',
  },
  {
    kind: 'parked',
    urgency: 'soon',
    since: now - 26 * hour,
    table: 'invoices',
    server: 'hq',
    count: 4,
    text: '4 records are parked: a value is not within the range of its field',
    first: 'Mend the cause in FileMaker first.',
    command: 'serversync parked list --table invoices --server hq',
  },
  {
    kind: 'skew',
    urgency: 'later',
    server: 'branch-tokyo',
    text: 'its clock is 42 s ahead of that of hq; alarms allow 5.0 s',
    first: 'Set it by a time server.',
    command: 'serversync status',
  },
];

export function overviewOf(now: number, of: Partial<OverviewAnswer> = {}): OverviewAnswer {
  return {
    at: now,
    place: {
      kind: 'machine',
      configFile: '/home/sync/offices/serversync.yaml',
      stateDirectory: '/home/sync/offices/.serversync',
    },
    operator: 'mary@office-mac',
    isAtWork: false,
    lastRun: {
      startedAt: now - 4 * minute,
      endedAt: now - 4 * minute + 23_000,
      read: 1_284,
      created: 12,
      updated: 84,
      removed: 1,
      conflicts: 2,
      parked: 1,
      failures: [],
    },
    everyMs: 5 * minute,
    alarms: { lagMs: 15 * minute, skewMs: 5_000 },
    sums: { pending: 56, parked: 5, held: 2, conflicts: 31, halted: 1, paused: 1 },
    places: [
      place('contacts', 'hq', { held: 2 }, now),
      place(
        'contacts',
        'branch-london',
        { state: 'halted', halt: '3f9a1c', lagMs: 0, pending: 41, held: 2, records: 80 },
        now,
      ),
      place(
        'contacts',
        'branch-tokyo',
        { lagMs: 22 * minute, pending: 15, hasShare: true, records: 4_120 },
        now,
      ),
      place('invoices', 'hq', { parked: 4, records: 310_452 }, now),
      place(
        'invoices',
        'branch-london',
        { role: 'receive', records: 310_448, readUpTo: now - 3 * hour },
        now,
      ),
      place(
        'invoices',
        'branch-tokyo',
        { state: 'paused', until: now + 2 * hour, parked: 1, records: 310_452 },
        now,
      ),
    ],
    servers: [
      {
        server: 'hq',
        api: 'data',
        wake: 'schedule',
        pending: 0,
        lagMs: 0,
        clock: { offset: { lo: -120, hi: 180 }, measuredAt: now - 2 * minute },
        sent: { today: 48_200_000, thisMonth: 1_420_000_000, share: 0.36 },
      },
      {
        server: 'branch-london',
        api: 'data',
        wake: 'schedule',
        pending: 41,
        lagMs: 3 * minute,
        clock: { offset: { lo: -3_900, hi: -3_300 }, measuredAt: now - 3 * minute },
        skew: { against: 'hq', ms: -3_630 },
        sent: { today: 12_800_000, thisMonth: 380_000_000, share: 0.84 },
        failing: {
          since: now - 12 * minute,
          code: 'server-unreachable',
          words: 'did not answer, tried 5 times',
        },
      },
      {
        server: 'branch-tokyo',
        api: 'odata',
        wake: 'webhook',
        woken: { webhooks: 3, lastCallAt: now - 2 * minute },
        pending: 15,
        lagMs: 22 * minute,
        clock: { offset: { lo: 41_700, hi: 42_500 }, measuredAt: now - 2 * minute },
        skew: { against: 'hq', ms: 42_070 },
        sent: { today: 0, thisMonth: 92_000 },
      },
    ],
    containers: {
      limitBytes: 100_000_000,
      folder: '/Users/office/sync/.serversync/files',
      fields: 2,
      parked: 3,
      tooLarge: 1,
    },
    tables: [
      { table: 'contacts', records: 12_840 },
      { table: 'invoices', records: 310_452 },
    ],
    matters: matters(now),
    pauses: [{ table: 'invoices', server: 'branch-tokyo', since: now - hour, until: now + 2 * hour }],
    ...of,
  };
}

/** Nothing waits for anybody. */
export function calmOverview(now: number): OverviewAnswer {
  const { places, servers, containers, ...rest } = overviewOf(now);
  return {
    ...rest,
    containers: { ...containers, parked: 0, tooLarge: 0 },
    matters: [],
    pauses: [],
    sums: { pending: 0, parked: 0, held: 0, conflicts: 0, halted: 0, paused: 0 },
    places: places.map(({ table, server, role, records }) => place(table, server, { role, records }, now)),
    servers: servers.map(({ failing: _failing, ...server }) => ({ ...server, pending: 0, lagMs: 0 })),
  };
}

export function trendsOf(now: number, hours: number): TrendsAnswer {
  const from = now - hours * hour;
  const steps = 120;
  const stepMs = (now - from) / steps;
  // Nobody looked for a while in the middle.
  const times = Array.from({ length: steps + 1 }, (_, n) => n).filter((n) => n < 55 || n > 66);
  return {
    from,
    to: now,
    servers: ['hq', 'branch-london', 'branch-tokyo'].map((server, which) => ({
      server,
      lag: times.map((n) => ({
        at: from + n * stepMs,
        lagMs: Math.max(
          0,
          Math.sin(n / 9 + which) * (which + 1) * 4 * minute + (which === 2 ? n * 8_000 : 0),
        ),
        pending: Math.max(0, Math.round(Math.sin(n / 9 + which) * 40)),
      })),
      clock: times
        .filter((n) => n % 3 === which % 3)
        .map((n) => {
          const middle = [30, -3_600, 8_000 + n * 20][which] ?? 0;
          const wide = 300 + Math.abs(Math.cos(n / 7)) * 900;
          return { at: from + n * stepMs, lo: middle - wide, hi: middle + wide };
        }),
      written: times.slice(1).map((n) => ({
        from: from + (n - 1) * stepMs,
        at: from + n * stepMs,
        records: Math.max(0, Math.round(Math.sin(n / 6 + which * 2) * 30)),
      })),
    })),
    note: 'Clocks are measured once an hour at least; before 3 hours ago nobody looked for a while.',
  };
}

const stamp = (at: number, uncertainMs: number) => ({ lo: at - uncertainMs, hi: at + uncertainMs });

const longNote = (end: string): string =>
  `Called on Tuesday. Wants the offer in two parts, the first with delivery before the holidays, and asks whether the price holds until the end of the quarter.\n\nNext step: ${end}`;

export function conflictsOf(now: number): readonly ConflictField[] {
  const common = { table: 'contacts', inexact: false, decided: 0, choices: [], at: now - 5 * hour };
  return [
    {
      ...common,
      id: '8c1d2e4f',
      key: '6A0E2A0C-77B1-4C1D-9E9C-2B1B0D5D1C11',
      field: 'phone',
      rule: 'hold',
      words: 'nobody won, it was held',
      held: true,
      winner: { value: '+44 20 7946 0000', server: 'hq', stamp: stamp(now - 5 * hour, 600) },
      loser: { value: '+44 20 7946 0991', server: 'branch-london', stamp: stamp(now - 5.1 * hour, 1_400) },
      candidates: {
        hq: { value: '+44 20 7946 0000', stamp: stamp(now - 5 * hour, 600) },
        'branch-london': { value: '+44 20 7946 0991', stamp: stamp(now - 5.1 * hour, 1_400) },
      },
    },
    {
      ...common,
      id: '8c1d2e4f',
      key: '6A0E2A0C-77B1-4C1D-9E9C-2B1B0D5D1C11',
      field: 'notes',
      rule: 'hold',
      words: 'nobody won, it was held',
      held: true,
      inexact: true,
      winner: { value: longNote('send the offer'), server: 'hq', stamp: stamp(now - 5 * hour, 600) },
      loser: {
        value: longNote('call again on Friday'),
        server: 'branch-london',
        stamp: stamp(now - 5.1 * hour, 1_400),
      },
      candidates: {
        hq: { value: longNote('send the offer'), stamp: stamp(now - 5 * hour, 600) },
        'branch-london': { value: longNote('call again on Friday'), stamp: stamp(now - 5.1 * hour, 1_400) },
      },
    },
    {
      ...common,
      id: '77aa01bc',
      key: 'K-00017',
      field: 'email',
      rule: 'newest',
      words: 'the later change won',
      held: false,
      at: now - 2 * day,
      winner: {
        value: 'ada@example.com <img src=x>',
        server: 'branch-tokyo',
        stamp: stamp(now - 2 * day, 500),
      },
      loser: { value: '', server: 'hq', stamp: stamp(now - 2 * day - 40_000, 500) },
      now: { value: 'ada@example.com', server: 'branch-tokyo', stamp: stamp(now - 2 * day, 500) },
    },
    {
      ...common,
      id: '1203ffee',
      key: 'K-00002',
      field: 'name',
      rule: 'newest',
      words: 'the later change won',
      held: false,
      at: now - 3 * day,
      winner: { value: 'Grace Hopper', server: 'hq', stamp: stamp(now - 3 * day, 500) },
      loser: { value: 'Grace M. Hopper', server: 'branch-london', stamp: { lo: 0, hi: now - 3 * day } },
      decided: 1,
      choices: [{ at: now - 2.5 * day, value: 'Grace M. Hopper', server: 'branch-london' }],
      now: { value: 'Grace M. Hopper', server: 'branch-london', stamp: stamp(now - 2.5 * day, 0) },
    },
    {
      ...common,
      id: '99e0ab12',
      table: 'invoices',
      key: 'R-2026-118',
      field: 'paid_on',
      rule: 'edit-wins',
      words: 'it was edited by somebody who had not seen the delete: the record came back',
      held: false,
      at: now - 4 * day,
      winner: { value: '2026-11-20', server: 'hq', stamp: stamp(now - 4 * day, 500) },
      loser: { value: '', deleted: true, server: 'branch-london', stamp: stamp(now - 4 * day, 60_000) },
      now: { value: '2026-11-20', server: 'hq', stamp: stamp(now - 4 * day, 500) },
    },
  ];
}

export const parkedOf = (now: number): ParkedAnswer => ({
  parked: 5,
  causes: [
    {
      code: '503',
      cause: 'a value is not within the range of its field',
      advice:
        'look at the validation of the field (Manage > Database > Fields > Options); where the bounds come from a related record, see that it is there',
      passes: true,
      records: 4,
      places: [
        {
          table: 'invoices',
          server: 'hq',
          records: 4,
          since: now - 26 * hour,
          nextTryAt: now + 34 * minute,
          keys: [
            {
              key: 'R-2026-201',
              since: now - 26 * hour,
              attempts: 9,
              fields: ['amount'],
              retryAt: now + 34 * minute,
            },
            { key: 'R-2026-202', since: now - 20 * hour, attempts: 2 },
            { key: 'R-2026-207', since: now - 3 * hour, fields: ['amount', 'due_on'] },
          ],
        },
      ],
    },
    {
      code: 'empty-key',
      cause: 'its key is empty',
      advice: 'fill its key, with auto-enter by calculation Get ( UUID )',
      passes: false,
      records: 1,
      places: [
        {
          table: 'invoices',
          server: 'branch-tokyo',
          records: 1,
          since: now - 2 * day,
          keys: [{ key: '(record id 112)', since: now - 2 * day }],
        },
      ],
    },
  ],
});

export const haltsOf = (now: number): readonly Halt[] => [
  {
    id: '3f9a1c',
    table: 'contacts',
    server: 'branch-london',
    why: 'mass-delete',
    words: '50 of 130 records are gone; the limit is 20 a day',
    more: ['nothing was deleted elsewhere; the table is neither read nor written there'],
    since: now - 3 * hour,
    figures: { gone: 50, before: 0, rows: 130, limit: 20 },
    ways: [
      {
        answer: 'approve',
        when: 'If they were meant to be deleted, everywhere',
        command: 'serversync approve 3f9a1c',
      },
      {
        answer: 'put-back',
        when: 'If they are lost on branch-london, and are to come back from the others',
        command: 'serversync put-back 3f9a1c',
      },
      {
        answer: 'dismiss',
        when: 'If they are there again (a file put in place, access rights mended)',
        command: 'serversync dismiss 3f9a1c',
      },
    ],
  },
  {
    id: 'a01b2c',
    table: 'invoices',
    server: 'hq',
    why: 'schema-drift',
    words: 'on its layout notes is not there any more (renamed, or taken off it)',
    more: [
      'it goes on by itself, once the layout is as it was or the configuration names the field anew (rename)',
    ],
    since: now - 20 * minute,
    figures: { missing: 1 },
    ways: [],
    answered: 'dismiss',
  },
];

export function historyOf(now: number, key: string): HistoryAnswer {
  return {
    table: 'contacts',
    key,
    version: 9,
    fields: [
      { field: 'name', value: 'Grace M. Hopper', server: 'branch-london', stamp: stamp(now - 2.5 * day, 0) },
      { field: 'email', value: '', server: 'hq', stamp: stamp(now - 40 * day, 700) },
      {
        field: 'notes',
        value: longNote('send the offer'),
        server: 'hq',
        stamp: { lo: 0, hi: now - 50 * day },
      },
    ],
    versions: [
      {
        version: 9,
        what: 'choice',
        changed: { lo: now - 2.5 * day, hi: now - 2.5 * day },
        storedAt: now - 2.5 * day,
        fields: [
          {
            field: 'name',
            from: { value: 'Grace Hopper' },
            to: { value: 'Grace M. Hopper' },
            decided: [],
          },
        ],
        servers: [
          { server: 'hq', state: 'held', since: now - 2.4 * day },
          { server: 'branch-london', state: 'held' },
          { server: 'branch-tokyo', state: 'waits' },
        ],
      },
      {
        version: 7,
        what: 'seen',
        server: 'hq',
        changed: stamp(now - 3 * day, 500),
        storedAt: now - 3 * day,
        fields: [
          {
            field: 'name',
            from: { value: 'G. Hopper' },
            to: { value: 'Grace Hopper' },
            decided: [{ rule: 'newest', conflict: '1203ffee00' }],
          },
          { field: 'email', from: { value: 'grace@example.com' }, to: { value: '' }, decided: [] },
        ],
        servers: [{ server: 'branch-london', state: 'parked', code: '503' }],
      },
    ],
    end: 'not kept',
    oldest: {
      version: 6,
      fields: [{ field: 'name', value: 'G. Hopper', server: 'hq', stamp: stamp(now - 40 * day, 700) }],
    },
    conflicts: [],
  };
}

export const planOf: PlanResult = {
  exitCode: 1,
  tookMs: 1_840,
  work: [
    {
      table: 'contacts',
      server: 'hq',
      creates: 3,
      edits: 2,
      deletes: 0,
      fields: { phone: 2, email: 1 },
      parkedNow: 0,
      records: [
        { kind: 'create', key: 'K-00100' },
        { kind: 'create', key: 'K-00101' },
        { kind: 'create', key: 'K-00102' },
        { kind: 'edit', key: 'K-00002', fields: ['phone', 'email'] },
        { kind: 'edit', key: 'K-00017', fields: ['phone'] },
      ],
    },
    {
      table: 'contacts',
      server: 'branch-london',
      creates: 0,
      edits: 0,
      deletes: 0,
      fields: {},
      parkedNow: 0,
    },
    {
      table: 'invoices',
      server: 'hq',
      creates: 0,
      edits: 1_240,
      deletes: 4,
      fields: { amount: 1_240 },
      parkedNow: 4,
      records: [{ kind: 'delete', key: 'R-2025-001' }],
    },
  ],
  conflicts: [
    {
      table: 'contacts',
      kind: 'conflict',
      rule: 'newest',
      winner: 'hq',
      loser: 'branch-london',
      fields: 2,
      words: 'hq over branch-london (the later edit)',
    },
    {
      table: 'contacts',
      kind: 'conflict',
      rule: 'hold',
      winner: 'hq',
      loser: 'branch-london',
      fields: 1,
      words: 'hq and branch-london keep their own until you choose (held)',
    },
  ],
  conflicting: [{ table: 'contacts', key: 'K-00002', field: 'phone' }],
  parked: [{ table: 'invoices', server: 'hq', code: 'empty-key', records: 1 }],
  halted: [
    {
      table: 'contacts',
      server: 'branch-london',
      id: '3f9a1c',
      why: 'mass-delete',
      isNew: false,
      words: '50 of 130 records are gone; the limit is 20 a day',
    },
    {
      table: 'invoices',
      server: 'hq',
      id: 'ffee01',
      why: 'mass-delete',
      isNew: true,
      words: '50 of 130 records are gone; the limit is 20 a day',
    },
  ],
  failures: [],
};

export const verifyOf: VerifyResult = {
  exitCode: 1,
  tookMs: 121_000,
  compared: [
    {
      table: 'contacts',
      server: 'hq',
      rows: 12_840,
      missing: 0,
      extra: 0,
      different: 0,
      underWay: 2,
      findings: [],
    },
    { table: 'contacts', server: 'branch-london', notCompared: 'halted', findings: [] },
    {
      table: 'invoices',
      server: 'hq',
      rows: 310_450,
      missing: 2,
      extra: 0,
      different: 1,
      underWay: 0,
      findings: [
        { key: 'R-2026-201', kind: 'missing', why: 'parked', code: '503' },
        { key: 'R-2026-040', kind: 'missing', why: 'behind' },
        { key: 'R-2026-041', kind: 'different', why: 'same-mod-id', fields: ['amount'] },
      ],
    },
  ],
  failures: [
    { server: 'branch-tokyo', code: 'server-unreachable', message: 'did not answer, tried 5 times' },
  ],
};
