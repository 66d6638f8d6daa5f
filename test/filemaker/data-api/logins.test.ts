/** How many logins are under way at once. */
import { expect, test } from 'vitest';
import { connect, contacts, never } from './bindings.ts';
import { envelope, type Reply, startScripted, withSessions } from '../http/scripted-server.ts';

const all = { offset: 0, limit: 10 };

/** Logins at the same time, each with the sessions that were open when it came. */
async function loginsSeen(answerOf: (open: number) => Reply | undefined, sessions: number) {
  let open = 0;
  let underWay = 0;
  const seen: { readonly underWay: number; readonly open: number }[] = [];
  const script = withSessions(() => envelope('0', { data: [] }));
  await using fake = await startScripted(async (request) => {
    if (!request.path.endsWith('/sessions')) return script(request);
    underWay += 1;
    seen.push({ underWay, open });
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
    const reply = answerOf(open);
    if (reply !== undefined) return reply;
    open += 1;
    return script(request);
  });
  await using connected = connect(fake.url, { sessions });
  const table = connected.server.table(contacts);
  await Promise.all(Array.from({ length: 20 }, () => table.list(all, never)));
  return seen;
}

test('the first login goes alone, and then no more at once than sessions are open', async () => {
  const seen = await loginsSeen(() => undefined, 8);
  expect(seen[0]).toEqual({ underWay: 1, open: 0 });
  expect(seen.filter(({ underWay, open }) => underWay > Math.max(1, open))).toEqual([]);
  expect(Math.max(...seen.map(({ underWay }) => underWay))).toBeGreaterThan(1);
});

test('a login that found no room ends the others that were to follow', async () => {
  const seen = await loginsSeen((open) => (open < 2 ? undefined : envelope('812')), 8);
  expect(seen.filter(({ open }) => open < 2)).toHaveLength(2);
  expect(seen.filter(({ open }) => open === 2).length).toBeLessThanOrEqual(2);
});

test('logins go side by side also while no request is over', async () => {
  let isSlow = false;
  let loggingIn = 0;
  let most = 0;
  const held: (() => void)[] = [];
  const script = withSessions(() => envelope('0', { data: [] }));
  await using fake = await startScripted(async (request) => {
    if (!request.path.endsWith('/sessions')) {
      if (isSlow) await new Promise<void>((resolve) => held.push(resolve));
      return script(request);
    }
    loggingIn += 1;
    most = Math.max(most, loggingIn);
    await new Promise((resolve) => setTimeout(resolve, 5));
    loggingIn -= 1;
    return script(request);
  });
  await using connected = connect(fake.url, { sessions: 8 });
  const table = connected.server.table(contacts);
  // Each answer lets one more request go at once.
  for (let answers = 0; answers < 10; answers += 1) await table.list(all, never);
  isSlow = true;
  const lists = Array.from({ length: 8 }, () => table.list(all, never));
  await expect.poll(() => held.length).toBe(8);
  isSlow = false;
  for (const answer of held) answer();
  await Promise.all(lists);
  expect(most).toBeGreaterThan(2);
});

test('a session that was opened and never needed is logged out as others are', async () => {
  let open = 0;
  const firstAnswers = Promise.withResolvers<void>();
  const script = withSessions(() => envelope('0', { data: [] }));
  await using fake = await startScripted(async (request) => {
    if (request.path.endsWith('/sessions')) {
      open += 1;
      // The second login lasts until both who wait were served by the first session.
      if (open === 2) await firstAnswers.promise;
    }
    return script(request);
  });
  await using connected = connect(fake.url, { sessions: 2 });
  const table = connected.server.table(contacts);
  for (let answers = 0; answers < 3; answers += 1) await table.list(all, never);
  await Promise.all(Array.from({ length: 3 }, () => table.list(all, never)));
  firstAnswers.resolve();
  await expect.poll(() => connected.slots.held).toEqual(['opened', 'opened']);
  await connected.clock.sleep(240_000, never);
  await table.list(all, never);
  await expect.poll(() => connected.slots.held).toEqual(['opened']);
});
