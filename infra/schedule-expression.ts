/** When a server is read: on whole minutes, and not all servers on the same one. */

const minutesOfHour = 60;
const hoursOfDay = 24;

/**
 * `turn`: the server's place among the others, by which its minute is chosen, so that a server more moves none of them. An
 * interval that does not divide the hour (or the day) starts when the schedule is made: such are not spread.
 */
export function scheduleExpression(intervalMinutes: number, turn: number): string {
  const hours = intervalMinutes / minutesOfHour;
  if (intervalMinutes === 1) return 'rate(1 minute)';
  if (hours < 1 && minutesOfHour % intervalMinutes === 0)
    return `cron(${turn % intervalMinutes}/${intervalMinutes} * * * ? *)`;
  const minute = turn % minutesOfHour;
  if (hours === hoursOfDay) return `cron(${minute} 0 * * ? *)`;
  if (Number.isInteger(hours) && hoursOfDay % hours === 0) return `cron(${minute} 0/${hours} * * ? *)`;
  return `rate(${intervalMinutes} minutes)`;
}
