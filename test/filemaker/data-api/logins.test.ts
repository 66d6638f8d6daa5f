/** How many logins are under way at once. */
import { expect, test } from 'vitest';
import { connect, contacts, never } from './bindings.ts';
import { envelope, type Reply, startScripted, withSessions } from './scripted-server.ts';

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
