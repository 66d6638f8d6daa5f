/** One site and what each kind of work asked of AWS there, as one line of JSON: a process of its own, as functions keep what they know. */
import { z } from 'zod';
import { type Asked, type CostSite, nothingAsked, openCostSite, sumOf } from './cost-site.ts';
import { printResult } from './processes.ts';

const options = z
  .object({ tables: z.number(), rows: z.number(), role: z.enum(['both', 'receive']) })
  .parse(JSON.parse(process.argv[2] ?? ''));

const ticks = async (site: CostSite, count: number): Promise<Asked> => {
  let all = nothingAsked;
  for (let at = 0; at < count; at += 1)
    for (const server of ['hq', 'branch']) all = sumOf(all, await site.invoked('enumerate', { server }));
  return all;
};

/** What was read is written, and what was written is read again. */
async function carried(
  site: CostSite,
): Promise<{ readonly read: Asked; readonly written: Asked; readonly echo: Asked }> {
  const read = await site.invoked('enumerate', { server: 'hq' });
  const written = await site.delivered('branch');
  const echo = await site.invoked('enumerate', { server: 'branch' });
  return { read, written, echo };
}

await using site = await openCostSite(options);
const first = await ticks(site, 4);
const firstWritten = await site.delivered('branch');
await ticks(site, 2);
const idle = await site.invoked('enumerate', { server: 'hq' });
const idleBranch = await site.invoked('enumerate', { server: 'branch' });
await site.invoked('measure', {});
const measured = await site.invoked('measure', {});
const swept = await site.invoked('sweep', { server: 'hq' });
const idleSweep = await site.invoked('sweep', { server: 'hq' });
site.edit(1, 1);
const alone = await carried(site);
site.edit(options.rows, 2);
const many = await carried(site);
printResult({ first: sumOf(first, firstWritten), idle, idleBranch, measured, swept, idleSweep, alone, many });
