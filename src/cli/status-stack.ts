/**
 * What `status` tells of a deployed stack only: no run comes to an end there, so what fails and what is read no more is
 * found in the state.
 */
import type { Overview } from '../composition/overview.ts';
import { readingAllowedMs } from '../composition/reading-allowed.ts';
import { type Unread, unreadPlaces } from '../composition/unread.ts';
import { apiOf, reasonOf } from '../composition/server-reasons.ts';
import type { Configuration } from '../config/configuration.ts';
import { showDuration } from '../config/duration.ts';
import { type Breaker, isOpen } from '../core/breaker.ts';
import type { EpochMs } from '../core/names.ts';
import { count, duration } from '../composition/words.ts';

export type StackFindings = {
  /** Servers that cannot be read or written now. */
  readonly failing: readonly Breaker[];
  /** What should have been read by now. */
  readonly unread: readonly Unread[];
};

export function stackFindings(
  overview: Overview,
  breakers: readonly Breaker[],
  configuration: Configuration,
  now: EpochMs,
): StackFindings {
  const failing = overview.servers.flatMap(({ server }) =>
    // One that sends no data any more is told of by itself.
    breakers.filter((one) => one.server === server && one.task !== 'data' && isOpen(one)),
  );
  return { failing, unread: unreadPlaces(overview, configuration, now) };
}

export function stackLines(
  { failing, unread }: StackFindings,
  { stack, configuration, now }: Told,
): readonly string[] {
  const allowed = duration(readingAllowedMs(configuration));
  const fails = failing.flatMap((breaker) => failingLines(breaker, { stack, configuration, now }));
  const late = unread.flatMap(({ table, server, readUpTo }) =>
    readUpTo === undefined
      ? [`not read yet: ${table} on ${server}`]
      : [`ALARM: ${table} on ${server} was last read ${duration(now - readUpTo)} ago (allowed: ${allowed})`],
  );
  return [...fails, ...late, ...(late.length > 0 ? silentLines(failing, configuration, stack) : [])];
}

type Told = { readonly stack: string; readonly configuration: Configuration; readonly now: EpochMs };

/** Where nothing says why: before the first ticks, or where the functions themselves do not get to work. */
function silentLines(
  failing: readonly Breaker[],
  { schedule }: Configuration,
  stack: string,
): readonly string[] {
  if (failing.some(({ task }) => task === 'reading')) return [];
  return [
    `    every server is read once in ${showDuration(schedule.enumerateMs)}, first soon after the deploy.`,
    `    If it stays so, look at the alarms of ${stack} in CloudWatch`,
  ];
}

function failingLines(
  { server, task, code, since, failures, tryAt }: Breaker,
  { stack, configuration, now }: Told,
): readonly string[] {
  const next = task === 'writing' && tryAt > now ? `, next try in ${duration(tryAt - now)}` : '';
  return [
    `failing: ${task} ${server}, for ${duration(now - since)} (${count(failures, 'try', 'tries')}${next})`,
    `    ${reasonOf(code, apiOf(configuration, server))}`,
    ...(code === 'account-refused'
      ? [`    Store it: serversync secrets set ${server} --stack ${stack}`]
      : []),
  ];
}
