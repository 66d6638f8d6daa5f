/**
 * What it is compared with in the same run: a plain loop with a client from npm, one at a time and with as many sessions, and
 * a bare client that only sends. Each on as few records as show its rate.
 */
import { z } from 'zod';
import { officeAnswers } from './office-calls.ts';
import { outputOf, startProcess } from './processes.ts';
import type { Figure } from './result.ts';
import { Site, type SiteOptions, source } from './site.ts';

export const bareGiven = z.object({
  to: z.string(),
  work: z.enum(['first-sync', 'changes']),
  records: z.int().positive(),
  sessions: z.int().positive(),
});
export const peerGiven = bareGiven.extend({ from: z.string() });

type Loop = { readonly script: string } & Pick<z.infer<typeof peerGiven>, 'work' | 'records' | 'sessions'>;

const told = z.object({ done: z.int(), tookMs: z.number() });

async function rate(site: Site, { script, ...given }: Loop): Promise<number> {
  const [to = ''] = Object.values(site.branches.urls);
  const from = site.hq.urls[source] ?? '';
  const { done, tookMs } = told.parse(await outputOf(startProcess(script, { from, to, ...given })));
  if (done !== given.records) throw new Error(`${script} wrote ${done} of ${given.records} records`);
  return (done * 1000) / tookMs;
}

/** Some seconds for each loop at the speed of the profile. */
const recordsFor = { none: 3000, lan: 300, wan: 100 };

async function measured(
  options: Pick<SiteOptions, 'profile' | 'sessions' | 'niceness'>,
  loop: Loop,
): Promise<number> {
  const { work, records: rows } = loop;
  const filled = work === 'changes';
  const site = await Site.open({ ...options, rows, servers: 2, filled });
  try {
    if (filled)
      await site.hq.ask(
        { kind: 'edit', office: source, from: 0, count: rows, withinMs: 0 },
        officeAnswers.edit,
      );
    return await rate(site, loop);
  } finally {
    await site.close();
  }
}

export async function measurePeer(
  work: Loop['work'],
  options: Pick<SiteOptions, 'profile' | 'sessions' | 'niceness'>,
): Promise<NonNullable<Figure['peer']>> {
  const { profile, sessions } = options;
  const records = recordsFor[profile];
  const parallelRecords = profile === 'none' ? records : records * Math.min(8, sessions);
  const plain = './plain-loop.ts';
  const many = { work, records: parallelRecords, sessions };
  return {
    records,
    parallelRecords,
    oneAtATime: await measured(options, { script: plain, work, records, sessions: 1 }),
    parallel: await measured(options, { script: plain, ...many }),
    bare: await measured(options, { script: './bare-loop.ts', ...many }),
  };
}
