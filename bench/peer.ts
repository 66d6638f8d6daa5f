/** The peer: a plain loop with a client from npm, measured on as few records as show its rate. */
import { z } from 'zod';
import { officeAnswers } from './office-calls.ts';
import { outputOf, startProcess } from './processes.ts';
import type { Figure } from './result.ts';
import { Site, type SiteOptions, source } from './site.ts';

export const peerGiven = z.object({
  from: z.string(),
  to: z.string(),
  work: z.enum(['first-sync', 'changes']),
  records: z.int().positive(),
  sessions: z.int().positive(),
});

const told = z.object({ done: z.int(), tookMs: z.number() });

async function rate(
  site: Site,
  given: Pick<z.infer<typeof peerGiven>, 'work' | 'records' | 'sessions'>,
): Promise<number> {
  const [to = ''] = Object.values(site.branches.urls);
  const from = site.hq.urls[source] ?? '';
  const { done, tookMs } = told.parse(
    await outputOf(startProcess('./plain-loop.ts', { from, to, ...given })),
  );
  if (done !== given.records) throw new Error(`the plain loop wrote ${done} of ${given.records} records`);
  return (done * 1000) / tookMs;
}

/** Some seconds for each loop at the speed of the profile. */
const recordsFor = { none: 3000, lan: 300, wan: 100 };

export async function measurePeer(
  work: 'first-sync' | 'changes',
  { profile, sessions }: Pick<SiteOptions, 'profile' | 'sessions'>,
): Promise<NonNullable<Figure['peer']>> {
  const records = recordsFor[profile];
  const parallelRecords = profile === 'none' ? records : records * Math.min(4, sessions);
  const measured = async (count: number, loops: number): Promise<number> => {
    const filled = work === 'changes';
    const site = await Site.open({ rows: count, servers: 2, profile, sessions, filled });
    try {
      if (filled) await site.hq.ask({ kind: 'edit', office: source, from: 0, count }, officeAnswers.edit);
      return await rate(site, { work, records: count, sessions: loops });
    } finally {
      await site.close();
    }
  };
  const oneAtATime = await measured(records, 1);
  return { records, oneAtATime, parallel: await measured(parallelRecords, sessions), parallelRecords };
}
