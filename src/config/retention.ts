/** For how long what is over is kept, as people write it: `400 days`; `for ever` where that may be. */
import { z } from 'zod';
import type { Finding, Mistake } from './problem.ts';
import { keptHistory, parsed } from './schema-parts.ts';

const dayMs = 86_400_000;
const mostDays = 3650;

type Bounds = {
  readonly leastDays: number;
  /** Why not less. */
  readonly since: string;
  readonly mayBeForEver?: true;
};

const days = ({ mayBeForEver }: Bounds): string => `^(${mayBeForEver ? 'for ever|' : ''}\\d+ days?)$`;

/** In ms; for ever: infinite. */
function parseKept(text: string, { leastDays, since, mayBeForEver }: Bounds): number | Mistake {
  if (mayBeForEver && text === 'for ever') return Number.POSITIVE_INFINITY;
  const orForEver = mayBeForEver ? '; or for ever' : '';
  const remedy = `Write a whole number of days, from ${leastDays} days to ${mostDays} days, such as "400 days"${orForEver}`;
  const [, count] = /^(\d+) days?$/.exec(text) ?? [];
  if (count === undefined) return { code: 'config-days', message: 'not a number of days', remedy };
  if (Number(count) < leastDays) return { code: 'config-days', message: `too short: ${since}`, remedy };
  if (Number(count) > mostDays) return { code: 'config-days', message: 'too long', remedy };
  return Number(count) * dayMs;
}

const kept = (bounds: Bounds, standard: string, description: string) =>
  parsed((text) => parseKept(text, bounds))
    .prefault(standard)
    .meta({ description, pattern: days(bounds), examples: [standard, '400 days'] });

const deletedBounds = {
  leastDays: 30,
  since:
    'an edit on a server that was away for longer brings the record back with the fields of that server alone',
  mayBeForEver: true,
} as const;

export const retention = z
  .strictObject({
    conflicts: kept(
      { leastDays: 7, since: 'somebody has to have the time to look at a value that lost' },
      '90 days',
      'For how long values that lost a conflict are kept, such as "90 days"; one that waits for a person is kept as long as it waits',
    ),
    acts: kept(
      { leastDays: 30, since: 'it says who decided what, and is asked when something is found to be wrong' },
      '400 days',
      'For how long it is kept who decided what (serversync audit), such as "400 days"',
    ),
    deleted: kept(
      deletedBounds,
      'for ever',
      'For how long it is kept what a deleted record held, so that it can be put back, such as "400 days"; its key stays',
    ),
  })
  .prefault({})
  .describe('A map of how long what is over is kept: conflicts, acts and deleted');

const looseFile = z.object({
  history: z.unknown().optional(),
  retention: retention.catch(retention.parse({})),
});

/** What a record held before it was deleted is in its history: it would be there for longer than what it held last. */
export function retentionFindings(file: unknown): readonly Finding[] {
  const { data } = looseFile.safeParse(file);
  const history = keptHistory.safeParse(data?.history).data;
  if (data === undefined || history === undefined || data.retention.deleted >= history) return [];
  return [
    {
      path: ['retention', 'deleted'],
      at: 'value',
      code: 'config-days',
      message: `shorter than history (${history / dayMs} days), where what the record held stays for so long`,
      remedy: 'Keep both for as long, or make history shorter',
    },
  ];
}
