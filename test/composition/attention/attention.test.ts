import { expect, test } from 'vitest';
import { newHalt } from '../../../src/core/halt.ts';
import { noCounts } from '../../../src/core/sweep.ts';
import {
  batchRow,
  clockState,
  conflict,
  meeting,
  parkedRecord,
  run,
  watermark,
} from '../../contracts/samples.ts';
import type { Control } from '../../../src/ports/control.ts';
import { hour, looked, now } from './looked.ts';

const at = now - 2 * hour;

const halt = newHalt(
  { table: 'contacts', server: 'branch', kind: 'mass-delete', at: now - 50 * hour },
  { figures: { gone: 50, rows: 1_300, limit: 20, before: 0 }, examples: ['k1'] },
);

/** The log of hq was read to its end then. */
const logRead = (setAt: number) => ({
  table: 'contacts',
  server: 'hq',
  generation: 1,
  log: 'a log',
  read: { epoch: 1, at: setAt, setAt },
});

test('where nothing waits nothing is listed', async () => {
  expect(await looked(async () => undefined)).toEqual({ matters: [], told: [] });
});

const nothing = async (): Promise<void> => undefined;

test('a state in which no run has begun its work says so, of a stack nobody starts one', async () => {
  expect((await looked(nothing, { hasRun: false })).told).toEqual([
    'no run has read a server yet | run --once',
  ]);
  expect((await looked(nothing, { hasRun: false, isStack: true })).told).toEqual([]);
});

test('halts and first meetings are listed before parked records, those before held conflicts, and of each what waits longest first', async () => {
  const { told, matters } = await looked(async (control) => {
    await control.putHalt(halt);
    await control.putMeeting(meeting({ at: now - 3 * hour }));
    await control.putConflicts([
      conflict('a', { open: true, at: at + 1 }),
      conflict('b', { open: true, at }),
      conflict('c', { at: 1 }),
    ]);
    await control.park([
      parkedRecord('k1', { at: now - hour }),
      parkedRecord('k2', { at: now - 4 * hour }),
      parkedRecord('k1', { server: 'branch', at: now - hour / 2 }),
    ]);
  });
  expect(told).toEqual([
    `contacts on branch: halted: 50 of 1,300 records are gone there (2 days 2 h ago) | halts ${halt.id}`,
    expect.stringMatching(
      /^contacts on hq: halted: 30 of 40 shared records differ at the first meeting \(3 h ago\) \| halts \w{6}$/,
    ),
    'contacts on hq: 2 records are parked (4 h ago) | parked list --table contacts --server hq',
    'contacts on branch: 1 record is parked (30 min ago) | parked list --table contacts --server branch',
    'contacts: 2 conflicts wait for your choice (2 h ago) | conflicts list --held --table contacts',
  ]);
  expect(matters.map(({ kind, count }) => [kind, count])).toEqual([
    ['mass-delete', undefined],
    ['first-meeting', undefined],
    ['parked', 2],
    ['parked', 1],
    ['held', 2],
  ]);
});

test('what stops a whole table or server stands before older matters of single records, a halt and late changes alike', async () => {
  const { matters } = await looked(async (control) => {
    await control.putConflicts([conflict('a', { open: true, at: now - 90 * hour })]);
    await control.park([parkedRecord('k1', { at: now - 80 * hour })]);
    await control.putHalt({ ...halt, at: now - 3 * hour });
    await control.putBatches([batchRow('1', { server: 'branch', oldestChangeAt: at })]);
  });
  expect(matters.map(({ kind }) => kind)).toEqual(['mass-delete', 'lag', 'parked', 'held']);
});

test('a halt that a person has answered waits for nobody', async () => {
  const { told } = await looked(async (control) => {
    await control.putHalt(halt);
    await control.putHalt({ ...halt, rev: 2, answer: { what: 'approve', at: now } });
  });
  expect(told).toEqual([]);
});

test('a server at another address is listed once what is there is known not to be its file, or its layout is not', async () => {
  const moved = { was: 'a', now: 'b' };
  const of = newHalt({ table: 'contacts', server: 'hq', kind: 'moved', at }, { figures: {}, examples: [] });
  const drift = { figures: { layout: 1 }, fields: [] };
  const toldOf = async (one: typeof of): Promise<readonly string[]> =>
    (await looked(async (control) => void (await control.putHalt({ ...one, moved })))).told;
  const listed = [
    `contacts on hq: halted: what is at its new address is not the file that is known (2 h ago) | halts ${of.id}`,
  ];
  expect(await toldOf(of)).toEqual([]);
  expect(await toldOf({ ...of, figures: { asked: 25, agreed: 0, none: 25 } })).toEqual(listed);
  expect(await toldOf({ ...of, drift })).toEqual(listed);
});

test('values in more than one record are listed as the last sweep found them, without a key; those of fields that are not unique any more are not', async () => {
  const groups = [{ records: 3, keys: ['k1', 'k2', 'k3'] }];
  const of = (field: string) => ({ field, values: 1, records: 3, groups });
  const swept = (server: string, endedAt: number, fields: readonly ReturnType<typeof of>[]) => ({
    table: 'contacts',
    server,
    last: { startedAt: at, endedAt, counts: noCounts, doubled: { fields } },
  });
  const { told, matters } = await looked(async (control) => {
    await control.putSweep(swept('hq', at + 2, [of('no'), of('name')]));
    await control.putSweep(swept('branch', at + 1, [{ ...of('no'), values: 7 }]));
  });
  expect(told).toEqual(['contacts: 1 value of no is in more than one record (3 records) | status']);
  expect(matters).toMatchObject([{ kind: 'doubled', urgency: 'later', count: 1 }]);
});

test('changes that are late beyond the alarm are listed, and no others', async () => {
  const { told } = await looked(async (control) => {
    const keys = [1, 2, 3].map((one) => ({ key: `k${one}`, version: 1 }));
    await control.putBatches([
      batchRow('1', { server: 'branch', oldestChangeAt: at, keys }),
      batchRow('2', { server: 'hq', oldestChangeAt: now - 60_000 }),
    ]);
  });
  expect(told).toEqual(['branch: 3 changes wait to be brought there (2 h ago) | status']);
});

test('what a stack has not read for longer than it may is listed; on one machine people start the runs', async () => {
  const old = watermark(1, { setAt: at });
  const fresh = watermark(1, { server: 'branch', setAt: now - 60_000 });
  const fill = async (control: Parameters<Parameters<typeof looked>[0]>[0]) => {
    await control.putWatermark(old);
    await control.putDeleteLog(logRead(at));
    await control.putWatermark(fresh);
  };
  expect((await looked(fill, { isStack: true })).told).toEqual([
    'contacts on hq: its changes were read last (2 h ago) | status',
  ]);
  expect((await looked(fill)).told).toEqual([]);
});

test('a server that fails is listed once, with why: of a stack by its breakers, here by the last run', async () => {
  const breaker = { server: 'hq', rev: 1, failures: 2, tryAt: now, code: 'account-refused' } as const;
  const stack = await looked(
    async (control) => {
      await control.putBreaker({ ...breaker, task: 'reading', since: at });
      await control.putBreaker({ ...breaker, task: 'writing', since: now - hour });
      await control.putBreaker({ ...breaker, server: 'branch', task: 'writing', failures: 0, since: at });
    },
    { isStack: true },
  );
  expect(stack.told).toEqual(['hq: it cannot be read or written (2 h ago) | secrets set hq']);
  expect(stack.matters[0]?.first).toBe('It refuses the account, or there is no secret with one.');
  const failing = [{ server: 'branch', code: 'server-unreachable', since: at }];
  const here = await looked((control) => control.putRun(run('1', { failing })));
  expect(here.told).toEqual(['branch: it cannot be read or written (2 h ago) | run --once']);
  const limit = [{ server: 'branch', code: 'data-limit-exceeded', since: at }];
  const licence = await looked((control) => control.putRun(run('1', { failing: limit })));
  expect(licence.told).toEqual(['branch: it cannot be read or written (2 h ago) | halts']);
  const since = await looked(async (control) => {
    await control.putRun(run('1', { failing }));
    await control.putRun(run('2', { startedAt: now, failures: [] }));
  });
  expect(since.told).toEqual([]);
});

test('clocks that differ by more than the alarm, and one that was set today, are listed as less urgent', async () => {
  const { told, matters } = await looked(async (control) => {
    const measuredAt = now;
    await control.putClock(clockState(1, { measuredAt, offset: { lo: -10, hi: 10 } }));
    const step = { byMs: -720_000, at };
    await control.putClock(
      clockState(1, { server: 'branch', measuredAt, offset: { lo: 7_990, hi: 8_010 }, step }),
    );
    await control.park([parkedRecord('k1', { at: now })]);
  });
  expect(told.slice(1)).toEqual([
    'branch: its clock is 8.0 s ahead of that of hq | status',
    'branch: its clock was set back by 12 min (2 h ago) | status',
  ]);
  expect(matters.map(({ urgency }) => urgency)).toEqual(['now', 'soon', 'later']);
});

const endingIn = (days: number) => (control: Control) =>
  control.putClock(clockState(1, { measuredAt: now, certificateEndsAt: now + days * 24 * hour }));

test.each([
  [30, 'soon', 'ends in 30 days (2024-12-19); sync stops there then'],
  [8, 'soon', 'ends in 8 days (2024-11-27); sync stops there then'],
  [6, 'now', 'ends in 6 days (2024-11-25); sync stops there then'],
  [-1, 'now', 'has ended (2024-11-18); sync stops there then'],
])('a certificate that ends in %d days is told of as %s', async (days, urgency, words) => {
  const { matters, told } = await looked(endingIn(days), { isStack: true });
  expect(matters.map((one) => one.urgency)).toEqual([urgency]);
  expect(told).toEqual([`hq: its certificate ${words} | attention`]);
  expect((await looked(endingIn(days))).matters.map(({ next }) => next)).toEqual([['run', '--once']]);
});

test('a certificate that ends in 31 days waits for nobody, and plain http has none', async () => {
  expect((await looked(endingIn(31))).told).toEqual([]);
  expect((await looked((control) => control.putClock(clockState(1, { measuredAt: now })))).told).toEqual([]);
});

test('a server that sent four fifths of its budget is listed, and one that has none never is', async () => {
  const day = new Date(now).toISOString().slice(0, 10);
  const sent = (bytes: number) => (control: Control) =>
    control
      .addDataUse({ server: 'hq', day, bytes })
      .then(() => control.addDataUse({ server: 'branch', day, bytes: 10 * bytes }));
  expect((await looked(sent(79_000_000))).told).toEqual([]);
  expect((await looked(sent(81_000_000))).told).toEqual([
    'hq: it sent 81 MB in November 2024: 81% of 100 MB per month | status',
  ]);
});

test('a pause without an end is listed after a day, with the command that ends just it; one that ends by itself never is', async () => {
  const day = 24 * hour;
  const pauses = [
    { table: 'contacts', server: 'branch', at: now - 2 * day },
    { server: 'hq', at: now - day + hour },
    { at: now - 9 * day, until: now + hour },
  ];
  const { told } = await looked((control) => control.putPauses({ rev: 1, pauses }));
  expect(told).toEqual([
    'contacts on branch: paused until it is resumed, and no alarm is raised for it (2 days ago) | resume --server branch --table contacts',
  ]);
});

test('children that wait for hours are listed, each table of parents by itself; what is paused is not', async () => {
  const keys = ['1', '2'].map((key) => ({ key, version: 1, waitsFor: 'contacts' }));
  const of = { table: 'invoices', server: 'branch', keys };
  const rows = [
    batchRow('1', { ...of, oldestChangeAt: now - 3 * hour }),
    batchRow('2', { ...of, server: 'hq', oldestChangeAt: now - 60_000 }),
  ];
  const waiting = (control: Control) => control.putBatches(rows);
  const words = 'invoices on branch: 2 records wait for their parents in contacts (3 h ago)';
  expect((await looked(waiting)).told).toContain(`${words} | parked list --server branch`);
  const paused = await looked(async (control) => {
    await waiting(control);
    await control.putPauses({ rev: 1, pauses: [{ server: 'branch', at: now - 4 * hour }] });
  });
  expect(paused.told).toEqual([]);
});

const marks = async (control: Control): Promise<void> => {
  await control.putWatermark(watermark(1, { setAt: now }));
  await control.putWatermark(watermark(1, { server: 'branch', setAt: now }));
};

test('a log of deletes that is not read with the changes is listed, of servers that keep one', async () => {
  const read = (setAt: number) => async (control: Control) => {
    await marks(control);
    await control.putDeleteLog(logRead(setAt));
  };
  const words = 'contacts on hq: its log of deletes was';
  expect((await looked(marks)).told).toEqual([`${words} never read | run --once`]);
  expect((await looked(read(now - 3 * hour))).told).toEqual([`${words} read last (3 h ago) | run --once`]);
  expect((await looked(read(now - hour / 2))).told).toEqual([]);
  const stack = await looked(read(now - 3 * hour), { isStack: true });
  expect(stack.matters[0]?.first).toContain('log-unreadable');
});

const sweptBy = (unfit?: 'other-records') => (control: Control) =>
  control.putSweep({
    table: 'contacts',
    server: 'hq',
    last: { startedAt: at, endedAt: at, counts: noCounts, ...(unfit && { unfit }) },
  });

test('a sweepLayout that the last sweep could not go by is listed until one can', async () => {
  expect((await looked(sweptBy('other-records'))).told).toEqual([
    'contacts on hq: its sweepLayout Sweeps shows other records than its layout (2 h ago) | sweep --table contacts --server hq',
  ]);
  expect((await looked(sweptBy())).told).toEqual([]);
});

const late = async (control: Control): Promise<void> => {
  await control.putWatermark(watermark(1, { setAt: now - 9 * hour }));
  await control.putDeleteLog(logRead(now - 9 * hour));
  await control.putBatches([batchRow('1', { server: 'hq', oldestChangeAt: now - 9 * hour })]);
};

const kindsWhereLate = async (further: (control: Control) => Promise<unknown>): Promise<readonly string[]> =>
  (
    await looked(
      async (control) => {
        await late(control);
        await further(control);
      },
      { isStack: true },
    )
  ).matters.map(({ kind }) => kind);

test('what is paused, or paired after a release, is neither late nor unread', async () => {
  const migration = {
    table: 'contacts',
    server: 'hq',
    rev: 1,
    id: 'm',
    at,
    figures: {},
    examples: [],
  } as const;
  expect(await kindsWhereLate(async () => undefined)).toEqual(['lag', 'unread']);
  expect(
    await kindsWhereLate((control) => control.putPauses({ rev: 1, pauses: [{ server: 'hq', at }] })),
  ).toEqual([]);
  const paired = await kindsWhereLate((control) =>
    control.putHalt({ ...migration, kind: 'migration', answer: { what: 'approve', at } }),
  );
  expect(paired).toEqual([]);
});
