/** The console over the state of this machine, as runs over two simulated servers left it: each look and each act once. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bench, openBench } from '../end-to-end/support/bench.ts';
import { gated } from '../end-to-end/support/gate.ts';
import { contactFields } from '../end-to-end/support/office.ts';
import { row, rows } from '../end-to-end/support/rows.ts';
import { until } from '../end-to-end/support/until.ts';
import type { JobBody } from '../../src/console/api/jobs.ts';
import { openLocalState } from '../../src/state/local/local-state.ts';
import { openedConsole, type OpenedConsole } from './support/asking.ts';

const key = 'K-00001';
const tooLong = 'longer than twelve letters';
const held = { table: { conflicts: 'hold' } };

/** One record of hq is parked on branch, and the name of another waits for a choice. */
async function inTrouble(): Promise<Bench> {
  const fields = contactFields.map((field) =>
    field.name === 'notes' ? { ...field, validation: { maxLength: 12, overridable: false } } : field,
  );
  const hq = rows(0, 6).with(3, row(3, { notes: tooLong }));
  const bench = await openBench({ offices: { hq: { rows: hq }, branch: { fields } }, ...held });
  await bench.run();
  bench.hq.edit(key, { name: 'Alma' });
  bench.branch.edit(key, { name: 'Bela' });
  await bench.run();
  return bench;
}

const consoleOf = ({ configFile, environment }: Bench): Promise<OpenedConsole> =>
  openedConsole({ configFile, stateDirectory: undefined, environment, as: 'mary' });

const people = (office: string) =>
  Array.from({ length: 30 }, (_, at) => row(at, { id: String(at + 1), name: `${office} ${at}` }));

const names = ({ hq, branch }: Bench) => [hq.value(key, 'name'), branch.value(key, 'name')];

async function jobDone(console: OpenedConsole, asked: JobBody) {
  const { id } = await console.ask('POST /api/jobs', asked);
  const never = new Promise<void>(() => undefined);
  await until(async () => (await console.ask('GET /api/job', { id })).endedAt !== undefined, never);
  return console.ask('GET /api/job', { id });
}

test('the overview tells each table on each server, clocks, what waits for a person, and whose acts it puts down', async () => {
  await using bench = await inTrouble();
  await using console = await consoleOf(bench);
  const shown = await console.ask('GET /api/overview', {});
  expect(shown).toMatchObject({
    place: { kind: 'machine', configFile: bench.configFile },
    operator: 'mary',
    isAtWork: false,
    lastRun: { endedAt: expect.any(Number), conflicts: 1, failures: [] },
    sums: { pending: 0, parked: 1, held: 1, halted: 0, paused: 0 },
    tables: [{ table: 'contacts', records: 6 }],
    places: [
      { table: 'contacts', server: 'hq', records: 6, state: 'going', parked: 0, held: 1, lagMs: 0 },
      { table: 'contacts', server: 'branch', records: 5, state: 'going', parked: 1, held: 1 },
    ],
    servers: [
      { server: 'hq', clock: { offset: { lo: expect.any(Number) }, measuredAt: expect.any(Number) } },
      { server: 'branch', skew: { against: 'hq' } },
    ],
    pauses: [],
  });
  expect(shown.matters.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['held', 'parked']));
  expect(JSON.stringify(shown)).not.toContain('Alma');
  expect(await console.end()).toBe(0);
});

test('a server that is to call is shown with its webhooks, and with why its calls do not arrive', async () => {
  await using bench = await openBench({
    offices: { hq: {}, branch: {} },
    servers: { hq: { wake: 'webhook' } },
  });
  await bench.run();
  const queue = { waiting: 3, lastError: '1631' };
  const url = 'http://127.0.0.1:8766/v1/a/b/hq/contacts';
  const hooked = { table: 'contacts', database: 'Main', layout: 'L', occurrence: 'C', url, since: 1, queue };
  const at = Date.now();
  const kept = { server: 'hq', at, outcome: 'standing', tables: [hooked], unknown: [] } as const;
  const state = openLocalState({
    directory: join(bench.directory, '.serversync'),
    now: () => at,
    beside: true,
  });
  await state.control.putWebhookState({ ...kept, calls: { since: at, taken: 2, lastAt: at, missed: 0 } });
  state.close();
  await using console = await consoleOf(bench);
  const { servers, matters } = await console.ask('GET /api/overview', {});
  const trouble = expect.stringContaining('does not reach');
  expect(servers.map(({ woken }) => woken)).toEqual([{ webhooks: 1, lastCallAt: at, trouble }, undefined]);
  expect(matters.map(({ kind }) => kind)).toContain('webhooks');
});

test('a conflict is shown side by side with what was there before, resolved and taken back as by the commands', async () => {
  await using bench = await inTrouble();
  await using console = await consoleOf(bench);
  const { conflicts } = await console.ask('GET /api/conflicts', { held: '1' });
  const id = conflicts[0]?.id ?? '';
  const { conflicts: fields } = await console.ask('GET /api/conflict', { id });
  expect(fields).toEqual([
    expect.objectContaining({
      table: 'contacts',
      key,
      field: 'name',
      rule: 'hold',
      held: true,
      base: expect.objectContaining({ value: 'contact 1' }),
      candidates: {
        hq: expect.objectContaining({ value: 'Alma' }),
        branch: expect.objectContaining({ value: 'Bela' }),
      },
    }),
  ]);
  expect(await console.refused('POST /api/conflict/resolve', { id, keep: 'brnch' })).toMatchObject({
    status: 400,
    code: 'not-chosen',
    message: expect.stringContaining('Did you mean branch?'),
  });
  const chosen = await console.ask('POST /api/conflict/resolve', { id, keep: 'branch' });
  expect(chosen.done[0]).toBe('chosen: name is "Bela"');
  expect(chosen.conflicts).toMatchObject([
    { held: false, now: { value: 'Bela' }, choices: [{ value: 'Bela', server: 'branch' }] },
  ]);
  await bench.run();
  expect(names(bench)).toEqual(['Bela', 'Bela']);
  const undone = await console.ask('POST /api/conflict/undo', { id });
  expect(undone.conflicts).toMatchObject([{ held: true, choices: [{ undoneAt: expect.any(Number) }] }]);
  const { acts } = await console.ask('GET /api/acts', {});
  expect(acts.map(({ by, what, words }) => [by, what, words])).toEqual([
    ['mary', 'undo', 'took a choice back'],
    ['mary', 'choose', 'chose in a conflict'],
  ]);
});

test('a choice made with what another tab chose unseen is answered with 409, and nothing is overridden; so is its undoing', async () => {
  await using bench = await inTrouble();
  await using console = await consoleOf(bench);
  const { conflicts } = await console.ask('GET /api/conflicts', { held: '1' });
  const { id = '', decided: seen = -1 } = conflicts[0] ?? {};
  const other = await console.ask('POST /api/conflict/resolve', { id, keep: 'branch', seen });
  expect([seen, other.conflicts[0]?.decided]).toEqual([0, 1]);
  const late = { id, keep: 'hq', seen };
  const refused = await console.refused('POST /api/conflict/resolve', late);
  expect(refused).toEqual({
    status: 409,
    code: 'chosen-since',
    message:
      'somebody chose name since this was shown: it is of branch now. Nothing was changed: look at what holds now, then choose again',
  });
  expect((await console.ask('GET /api/conflict', { id })).conflicts).toMatchObject([
    { now: { value: 'Bela' }, choices: [{ server: 'branch' }] },
  ]);
  await console.ask('POST /api/conflict/undo', { id, field: 'name', seen: 1 });
  for (const field of [{}, { field: 'name' }])
    expect(await console.refused('POST /api/conflict/undo', { id, ...field, seen: 1 })).toMatchObject({
      status: 409,
      message: expect.stringContaining(
        'the choice of name was taken back since this was shown: it is held again',
      ),
    });
  expect((await console.ask('POST /api/conflict/resolve', { ...late, force: true })).conflicts).toMatchObject(
    [{ now: { value: 'Alma' }, decided: 3 }],
  );
});

test('parked records are told by cause, and tried again when that is asked for', async () => {
  await using bench = await inTrouble();
  await using console = await consoleOf(bench);
  expect(await console.ask('GET /api/parked', {})).toMatchObject({
    parked: 1,
    causes: [
      { code: '511', advice: expect.any(String), places: [{ server: 'branch', keys: [{ key: 'K-00003' }] }] },
    ],
  });
  const { done, parked } = await console.ask('POST /api/parked/retry', { key: 'K-00003' });
  expect([done, parked]).toEqual([['tried again with the next run: 1 record'], 1]);
  expect(await console.refused('GET /api/parked', { server: 'brnch' })).toMatchObject({
    status: 400,
    code: 'no-such-server',
  });
});

test('the history of a record is told by its key; it is put back only where that was not a try', async () => {
  await using bench = await inTrouble();
  await using console = await consoleOf(bench);
  bench.hq.edit('K-00002', { name: 'changed' });
  await bench.run();
  const of = { table: 'contacts', key: 'K-00002' };
  const { version, versions, end } = await console.ask('GET /api/history', of);
  expect(versions).toMatchObject([
    { what: 'seen', server: 'hq', fields: [{ field: 'name', to: { value: 'changed' } }] },
  ]);
  const back = { ...of, version: version - 1 };
  const tried = await console.ask('POST /api/history/put-back', { ...back, dryRun: true });
  expect([end, tried.done.at(-1), tried.history.version]).toEqual([
    'beginning',
    'nothing was changed',
    version,
  ]);
  const { done, history } = await console.ask('POST /api/history/put-back', back);
  expect([done[0], history.versions[0]?.what]).toEqual(['put back: contacts, record K-00002', 'put-back']);
  await bench.run();
  expect(bench.hq.value('K-00002', 'name')).toBe('contact 2');
  expect(await console.refused('GET /api/history', { ...of, key: 'K-2' })).toMatchObject({
    status: 400,
    code: 'no-record',
  });
});

test('a halt is told with its ways out and some keys, and goes on once it is approved', async () => {
  await using bench = await openBench({
    offices: { hq: { rows: people('hq') }, branch: { rows: people('branch') } },
  });
  await bench.run();
  await using console = await consoleOf(bench);
  const { halts } = await console.ask('GET /api/halts', {});
  expect(halts).toMatchObject([
    {
      table: 'contacts',
      server: 'branch',
      why: 'first-meeting',
      ways: [{ answer: 'approve', when: 'If the keys are right' }],
    },
  ]);
  const id = halts[0]?.id ?? '';
  expect((await console.ask('GET /api/halt', { id })).examples.length).toBeGreaterThan(0);
  expect(await console.refused('POST /api/halt/answer', { id, answer: 'dismiss' })).toMatchObject({
    status: 400,
    code: 'not-halted',
  });
  const answered = await console.ask('POST /api/halt/answer', { id, answer: 'approve' });
  expect([answered.done[0], answered.halts]).toEqual([
    expect.stringContaining('approved: contacts on branch is merged with the next run'),
    [],
  ]);
  expect((await bench.run()).exitCode).toBe(0);
});

test('a plan and a comparison are jobs with a result, their words, and an end that can be asked for', async () => {
  await using bench = await inTrouble();
  await using console = await consoleOf(bench);
  bench.hq.edit('K-00004', { name: 'planned' });
  const plan = await jobDone(console, { kind: 'plan', limit: 5 });
  expect(plan).toMatchObject({
    state: 'done',
    result: {
      kind: 'plan',
      exitCode: 1,
      work: expect.arrayContaining([
        expect.objectContaining({
          server: 'branch',
          edits: 1,
          records: expect.arrayContaining([{ kind: 'edit', key: 'K-00004', fields: ['name'] }]),
        }),
      ]),
    },
  });
  expect(plan.lines.join('\n')).toContain('Nothing was written now');
  // Its second look is two minutes away, so that there is time to end it.
  bench.branch.edit('K-00005', { name: 'differs' });
  const { id } = await console.ask('POST /api/jobs', { kind: 'verify' });
  expect(await console.refused('POST /api/jobs', { kind: 'plan' })).toMatchObject({
    status: 409,
    code: 'job-at-work',
  });
  await console.ask('POST /api/job/cancel', { id });
  const never = new Promise<void>(() => undefined);
  await until(async () => (await console.ask('GET /api/job', { id })).state === 'cancelled', never);
  expect((await console.ask('GET /api/jobs', {})).jobs.map(({ state }) => state)).toEqual([
    'cancelled',
    'done',
  ]);
  expect(bench.branch.value('K-00004', 'name')).toBe('contact 4');
});

test('while a run is at work everything is shown, pauses are taken, and other acts are answered with 409', async () => {
  const gate = gated();
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 300) }, branch: gate.office } });
  const stop = new AbortController();
  const running = bench.run(stop.signal).catch(() => undefined);
  await until(() => bench.branch.stats.requests.create > 0, running);
  await using console = await consoleOf(bench);
  expect((await console.ask('GET /api/overview', {})).isAtWork).toBe(true);
  expect(await console.refused('POST /api/parked/retry', {})).toMatchObject({
    status: 409,
    code: 'state-in-use',
    message: expect.stringContaining('another process works with the state'),
  });
  const paused = await console.ask('POST /api/pause', { server: 'branch', until: '2 hours' });
  expect(paused).toMatchObject({
    places: [{ state: 'going' }, { state: 'paused', until: expect.any(Number) }],
    pauses: [{ server: 'branch', since: expect.any(Number) }],
  });
  expect(paused.done[0]).toMatch(/^paused: branch, until /);
  const resumed = await console.ask('POST /api/resume', { server: 'branch' });
  expect([resumed.done[0], resumed.pauses]).toEqual([expect.stringMatching(/^resumed: branch/), []]);
  stop.abort(new Error('ended by the test'));
  gate.open();
  await running;
});

test('lag, clocks and what was written are drawn from what runs noted', async () => {
  await using bench = await openBench({ offices: { hq: { rows: rows(0, 40) }, branch: {} } });
  await bench.run();
  bench.hq.edit(key, { name: 'later' });
  await bench.run();
  await using console = await consoleOf(bench);
  const { servers, from, to, note } = await console.ask('GET /api/trends', { hours: '1' });
  expect([to - from, note]).toEqual([3_600_000, undefined]);
  expect(servers.map(({ server }) => server)).toEqual(['hq', 'branch']);
  const [, branch] = servers;
  // One before and one after each run.
  expect(branch?.lag).toHaveLength(4);
  expect(branch?.lag.at(-1)).toMatchObject({ lagMs: 0, pending: 0 });
  expect(branch?.written.map(({ records }) => records)).toEqual([40, 1]);
  expect(branch?.clock.length).toBeGreaterThan(0);
  for (const { lo, hi } of branch?.clock ?? []) expect(lo).toBeLessThan(hi);
  expect(await console.refused('GET /api/trends', { hours: '1000' })).toMatchObject({ code: 'bad-request' });
});
