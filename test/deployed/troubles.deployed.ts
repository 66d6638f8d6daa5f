/** Functions that are killed, messages that come twice, servers that are away for days: nothing is lost and nothing is done twice. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Office, Row } from '../end-to-end/support/office.ts';
import { table } from '../end-to-end/support/office.ts';
import { configurationOf, type InstallationUnderTest, openInstallation } from './installation.ts';
import { same } from './same.ts';
import { type Stored, storedOf } from './stored.ts';

const hourMs = 3_600_000;

const rows: readonly Row[] = Array.from({ length: 30 }, (_, at) => ({
  id: `hq-${at}`,
  name: `hq ${at}`,
  notes: '',
  amount: at,
  modified_at: '01/01/2026 10:00:00',
}));

describe('a deployed installation in trouble', () => {
  let under: InstallationUnderTest;
  let stored: Stored;
  let hq: Office;
  let branch: Office;
  let write = '';

  beforeAll(async () => {
    under = await openInstallation({ hq: rows, branch: [] });
    ({ hq, branch } = under.offices);
    await under.install(configurationOf(under.offices));
    for (const server of ['hq', 'branch']) await under.putSecret(server);
    stored = await storedOf(under);
    write = await under.functionOf('Write');
    await under.harness.host.startPolling();
    await under.minutes(16);
    await under.eventually(areEqual);
    await under.harness.host.quiet();
  }, 400_000);

  afterAll(() => under[Symbol.asyncDispose]());

  const areEqual = (): boolean => hq.records.length > 0 && same(hq, branch);

  /** The server is read now, as its schedule would have it. */
  const read = async (server: string): Promise<void> => {
    const { kind } = await under.harness.host.invoke(await under.functionOf('Enumerate'), { server });
    expect(kind).toBe('returned');
  };

  /** Writes on the branch that took effect since `before`, by kind. */
  const writtenSince = (before: number): Readonly<Record<string, number>> =>
    countsOf(branch.writes.slice(before).map(({ kind }) => kind));

  test('a handler that is killed in the middle of a batch loses nothing, and nothing is written twice', async () => {
    const { host } = under.harness;
    await host.stopPolling();
    for (let at = 0; at < 15; at += 1) {
      hq.edit(`hq-${at}`, { name: `killed ${at}` });
      hq.create({ id: `made-${at}`, name: `made ${at}`, notes: '' });
    }
    await read('hq');
    const before = branch.writes.length;
    let killed = 0;
    let seen = 0;
    branch.control.watch({ table }, () => {
      seen += 1;
      if (seen === 6) killed = host.killRunning(write);
    });
    await host.startPolling();
    await under.eventually(() => killed > 0);
    await host.stopPolling();
    await host.quiet();
    // Some of the batch are there, what was under way with them included, and others are not.
    const written = branch.writes.length - before;
    process.stdout.write(`killed when ${written} of 30 were written\n`);
    expect([killed, written >= 6, written < 30]).toEqual([1, true, true]);
    const open = (await stored.openRows()).filter(({ server }) => server === 'branch');
    expect(open.filter(({ announced }) => announced > 0)).toHaveLength(1);
    await host.startPolling();
    await under.minutes(25);
    await under.eventually(areEqual);
    expect(branch.byKey.size).toBe(45);
    expect(writtenSince(before)).toEqual({ create: 15, update: 15 });
    expect(await stored.openRows()).toEqual([]);
  }, 300_000);

  test('a message that is delivered twice at once, and once more later, has each record written once', async () => {
    const { host, recorder } = under.harness;
    await host.stopPolling();
    for (let at = 0; at < 5; at += 1) hq.edit(`hq-${at}`, { name: `twice ${at}` });
    await read('hq');
    const event = await under.takeMessages('branch');
    expect(event.Records).toHaveLength(1);
    const before = branch.writes.length;
    const held = await stored.held();
    // Two processes that are warm, and a server that is slow enough for both to be at work on it.
    await Promise.all([host.invoke(write, { Records: [] }), host.invoke(write, { Records: [] })]);
    branch.control.addTrouble({ effect: { kind: 'delay', ms: 400 } });
    const begun = recorder.requests.length;
    const twice = await Promise.all([host.invoke(write, event), host.invoke(write, event)]);
    branch.control.removeTrouble();
    expect(twice.map(({ kind }) => kind)).toEqual(['returned', 'returned']);
    expect(areInterleaved(recorder.requests.slice(begun), twice)).toBe(true);
    await host.startPolling();
    await under.eventually(areEqual);
    await under.eventually(async () => (await stored.openRows()).length === 0);
    await host.quiet();
    // Who came second may have noted that it saw the branch; nothing that the records hold has moved.
    expect(writtenSince(before)).toEqual({ update: 5 });
    expect(await stored.held()).toEqual(held);
    const versions = await stored.versions();
    expect((await host.invoke(write, event)).kind).toBe('returned');
    await under.minutes(6);
    await host.quiet();
    expect(writtenSince(before)).toEqual({ update: 5 });
    expect(await stored.versions()).toEqual(versions);
  }, 300_000);

  test('a server that is down for three days puts nothing into the dead-letter queue, and is caught up without a storm', async () => {
    const { host, recorder, time } = under.harness;
    branch.control.addTrouble({ effect: { kind: 'resetBefore' } });
    const begun = { sqs: sentIn(recorder.counts()), requests: requestsTo(branch) };
    const measured = host.metrics.length;
    for (let step = 0; step < 12; step += 1) {
      hq.edit(`hq-${step}`, { notes: `day ${Math.floor(step / 4)}, step ${step}` });
      const last = time.now();
      await host.advance(6 * hourMs);
      await host.fireDue(last);
    }
    await host.quiet();
    const down = {
      requests: requestsTo(branch) - begun.requests,
      sqs: sentIn(recorder.counts()) - begun.sqs,
    };
    expect(await under.depth('branch-unreadable')).toBe(0);
    // Schedules go on: all was measured in each step, and every change was read from the one that works.
    const rounds = host.metrics.slice(measured).filter(({ name }) => name === 'Measured');
    expect(rounds.length).toBeGreaterThanOrEqual(12);
    expect([under.latest('Unreachable', 'hq'), under.latest('Unreachable', 'branch')]).toEqual([0, 1]);
    expect(under.latest('Lag', 'branch')).toBeGreaterThan(60 * 3600);
    expect((await stored.openRows()).filter(({ server }) => server === 'branch')).toHaveLength(12);

    branch.control.removeTrouble();
    const before = branch.writes.length;
    const up = { sqs: sentIn(recorder.counts()), requests: requestsTo(branch) };
    await under.minutes(40);
    await under.eventually(areEqual);
    await host.quiet();
    const after = {
      requests: requestsTo(branch) - up.requests,
      sqs: sentIn(recorder.counts()) - up.sqs,
    };
    process.stdout.write(`three days down, 12 changes: ${JSON.stringify({ down, after })}\n`);
    expect(writtenSince(before)).toEqual({ update: 12 });
    expect(await under.depth('branch-unreadable')).toBe(0);
    // While it is down a round asks it so often: its clock, a reading with its tries, one batch to see whether it works again.
    expect(down.requests).toBeLessThanOrEqual(12 * 15);
    expect(down.sqs).toBeLessThanOrEqual(12 * 2);
    // Afterwards: 40 looks at the clock, 8 readings, what is swept once a day, and the 12 batches.
    expect(after.requests).toBeLessThanOrEqual(200);
    expect(after.sqs).toBeLessThanOrEqual(12);
  }, 400_000);
});

type BySandbox = { readonly sandbox: number };

/** Whether each of two asked for something while the other was at work. */
function areInterleaved(requests: readonly BySandbox[], [one, other]: readonly BySandbox[]): boolean {
  const order = requests
    .map(({ sandbox }) => sandbox)
    .filter((id) => id === one?.sandbox || id === other?.sandbox);
  const isWithin = (id: number | undefined, of: number | undefined): boolean =>
    order
      .slice(
        order.findIndex((each) => each === of),
        order.findLastIndex((each) => each === of),
      )
      .includes(id ?? -1);
  return isWithin(one?.sandbox, other?.sandbox) && isWithin(other?.sandbox, one?.sandbox);
}

const countsOf = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));

const sentIn = (counts: Readonly<Record<string, number>>): number =>
  (counts['sqs:SendMessageBatch'] ?? 0) + (counts['sqs:SendMessage'] ?? 0);

const requestsTo = ({ stats }: Office): number =>
  Object.values(stats.requests).reduce((sum, count) => sum + count, 0);
