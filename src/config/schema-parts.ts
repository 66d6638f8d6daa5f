/** What the schemas of the format are made of: texts that are parsed further, with mistakes in our own words. */
import { z } from 'zod';
import { isMistake, issueOf } from './custom-issue.ts';
import { dataBudgetPattern, parseDataBudget } from './data-budget.ts';
import { historyPattern, parseHistory } from './kept-history.ts';
import { durationPattern, parseDuration, type DurationRange } from './duration.ts';
import { maintenancePattern, parseMaintenance } from './maintenance.ts';
import { leastRate, mostRate, rateRange } from './max-rate.ts';
import type { Mistake } from './problem.ts';
import { parseReportSchedule, reportPattern } from './report-schedule.ts';
import { parseSweepSchedule, sweepPattern } from './sweep-schedule.ts';

export const text = z.string().regex(/^\S(.*\S)?$/);

export function parsed<Value>(parse: (text: string) => Value | Mistake) {
  return z.string().transform((value, context): Value => {
    const result = parse(value);
    if (!isMistake(result)) return result;
    context.addIssue(issueOf(result));
    return z.NEVER;
  });
}

export function checked(find: (text: string) => Mistake | undefined) {
  return parsed((value) => find(value) ?? value);
}

export const sweepSchedule = parsed(parseSweepSchedule)
  .prefault('daily at 02:00 local')
  .meta({
    description:
      'When whole tables are compared, by the clock of each server, such as "daily at 02:00 local"; or how often, such as "6 hours"; or never',
    pattern: sweepPattern,
    examples: ['daily at 02:00 local', '6 hours', 'never'],
  });

export const maintenance = z
  .array(
    parsed(parseMaintenance).meta({
      description: 'From when to when, by the clock of the server: "23:00-00:30" or "Sat 22:00-Sun 06:00"',
      pattern: maintenancePattern,
      examples: ['23:00-00:30', 'Sat 22:00-Sun 06:00'],
    }),
  )
  .default([])
  .describe('List of windows in which nothing is asked of the server, such as ["23:00-00:30"]');

export const maxRate = z
  .int()
  .min(leastRate)
  .max(mostRate)
  .optional()
  .describe(`The most records a second that are written on this server, ${rateRange}`);

export const reportSchedule = parsed(parseReportSchedule)
  .prefault('daily at 07:00 local')
  .meta({
    description:
      'When what waits for a person is sent to email (on AWS only), by the clock of the first server, such as "daily at 07:00 local"; or never',
    pattern: reportPattern,
    examples: ['daily at 07:00 local', 'never'],
  });

export const keptHistory = parsed(parseHistory)
  .prefault('90 days')
  .meta({
    description:
      'For how long it is kept what a record held before, such as "90 days", at most "3650 days"; or none',
    pattern: historyPattern,
    examples: ['90 days', 'none'],
  });

export const dataBudget = parsed(parseDataBudget)
  .optional()
  .meta({
    description:
      'How much data the server is meant to send, such as "5 GB per month" or "500 MB per day"; an alarm is raised at 80% of it, and nothing stops',
    pattern: dataBudgetPattern,
    examples: ['5 GB per month', '500 MB per day'],
  });

export function duration(description: string, range: DurationRange, standard: string) {
  return parsed((value) => parseDuration(value, range))
    .prefault(standard)
    .meta({ description, pattern: durationPattern, examples: [standard] });
}
