import { expect, test } from 'vitest';
import { type Office, officeHours, wan } from './office-hours.ts';

const p95 = async (office: Office): Promise<number> => (await officeHours(office)).users.p95;

test.each([
  { name: 'a small server that is read and written', processors: 2, work: 'both' },
  { name: 'a usual server that is written', processors: 4, work: 'edits' },
] as const)(
  '20 users of $name wait at most a fifth longer while the sync is at work',
  async ({ processors, work }) => {
    const office = { processors, forMs: 60_000 };
    const alone = await p95({ ...office, work: 'none' });
    expect((await p95({ ...office, work })) / alone).toBeLessThanOrEqual(1.2);
  },
);

test('niceness 0 is faster, and users pay for it; 3 is hardly felt', async () => {
  const office = { processors: 4, work: 'edits', forMs: 30_000 } as const;
  const alone = await p95({ ...office, work: 'none' });
  const greedy = await officeHours({ ...office, niceness: 0 });
  const usual = await officeHours({ ...office, niceness: 1 });
  const shy = await officeHours({ ...office, niceness: 3 });
  expect(greedy.perSecond).toBeGreaterThan(1.25 * usual.perSecond);
  expect(usual.perSecond).toBeGreaterThan(1.5 * shy.perSecond);
  expect([greedy.users.p95 / alone > 1.4, shy.users.p95 / alone < 1.05]).toEqual([true, true]);
  expect([...greedy.events, ...shy.events].filter(({ kind }) => kind === 'slowed')).toEqual([]);
  expect(usual.events.find(({ kind }) => kind === 'slowed')).toMatchObject({ from: 8, why: 'slow' });
});

test('where nobody waits for another, the default gets in ten seconds what niceness 0 gets, but for a look', async () => {
  const office = { users: 0, work: 'edits', profile: wan, forMs: 10_000 } as const;
  const most = await officeHours({ ...office, niceness: 0 });
  const usual = await officeHours({ ...office, niceness: 1 });
  expect(usual.perSecond / most.perSecond).toBeGreaterThan(0.95);
});
