/** What a stack on AWS tells: alarms by their names, and lines in the logs of its functions. */
import type { Entries, Family } from './entry.ts';

const alarms = {
  'nobody-measures': {
    title: 'nobody measures …',
    means: 'For three minutes the servers were not looked at, so neither lag nor anything else is known now.',
    do: 'Look for the level ERROR, or else WARN, in the log group of the function measure. After a first deployment it ends by itself.',
  },
  'this-is-only-a-test': {
    title: 'this is only a test …',
    means: 'Nothing is wrong: somebody tried whether alarms arrive (`serversync doctor --test-alarm`).',
    do: 'Nothing. Whoever gets it gets all other alarms too.',
    more: 'doctor.md#a-stack-on-aws',
  },
  'clocks-differ': {
    title: 'clocks differ …',
    means: 'Two servers’ clocks differ by more than `alarms.skew`.',
    do: 'The graph *Whose clock is wrong* shows which. Let that computer take its time from the network.',
  },
  'a-clock-jumped': {
    title: 'a clock jumped …',
    means: 'The clock of a server was set. What that may have hidden is read again.',
    do: 'If nobody set it on purpose, let that computer take its time from the network.',
  },
  'a-table-is-halted': {
    title: 'a table is halted …',
    means: 'A table waits for a person on a server.',
    do: '`serversync halts --stack NAME` says why, and the ways out.',
  },
  'records-are-parked': {
    title: 'records are parked …',
    means: 'Records were set aside since the last message.',
    do: '`serversync parked list --stack NAME`.',
    more: 'parked.md',
  },
  'conflicts-are-held': {
    title: 'conflicts are held …',
    means: 'Fields wait for a choice.',
    do: '`serversync conflicts list --held --stack NAME`.',
  },
  'messages-that-nobody-can-read': {
    title: 'messages that nobody can read …',
    means:
      'A queue that ends in -unreadable holds messages that are not ours, or that could not be worked on five times. No change is lost.',
    do: 'Find out who else sends to these queues, then purge that one in the AWS console.',
  },
  'something-unusual': {
    title: 'something unusual …',
    means:
      'A function met what it cannot work with: a missing layout or field, a secret, an event that is not ours.',
    do: 'Look for the level ERROR in the log groups of the functions: `error.code` there is a code of this page.',
  },
  'the-account-is-nearly-full-of-functions': {
    title: 'the account is nearly full of functions …',
    means: 'All functions of the AWS account together are near what may be at work at once.',
    do: '*Service Quotas > AWS Lambda > Concurrent executions*: ask for more.',
  },
  'a-schedule-cannot-start-its-function': {
    title: 'a schedule cannot start its function …',
    means: 'EventBridge Scheduler could not start a function, so servers are not read in time.',
    do: 'See in the AWS console that the schedules of that group are enabled; deploy again if a role was changed by hand.',
  },
  'calls-are-refused': {
    title: 'calls are refused …',
    means:
      'For a quarter of an hour many calls came to the address of the webhooks without the secret, or for a table that is not synced there. Nothing is lost.',
    do: 'The log group of the function wake says *calls refused*, with the address of the last caller. If it is a FileMaker Server, remove the webhook there that is left of a former installation.',
    more: 'webhooks.md#who-else-calls',
  },
  'server-out-of-reach-or-late': {
    title: 'SERVER out of reach or late …',
    means:
      'The server does not answer, refuses the account, or changes wait for it for longer than `alarms.lag`.',
    do: '`serversync status --stack NAME` says which, with the code.',
  },
  'server-late': {
    title: 'SERVER late …',
    means: 'A part of the alarm above; it has no message of its own.',
    do: 'See the alarm above.',
  },
  'server-out-of-reach': {
    title: 'SERVER out of reach …',
    means: 'A part of the alarm above; it has no message of its own.',
    do: 'See the alarm above.',
  },
  'server-has-nearly-used-up-its-data-budget': {
    title: 'SERVER has nearly used up its data budget …',
    means: 'It sent 80% of its `dataBudget`. Nothing stops for it.',
    do: 'Admin Console, *Connectors > FileMaker Data API* shows what the licence allows.',
    more: 'day-two.md',
  },
  'task-fails': {
    title: 'TASK fails …',
    means: 'That function ended with an error again and again. Nothing is lost.',
    do: 'Its log group says why, at the level ERROR, or else WARN.',
  },
  'task-is-not-let-start': {
    title: 'TASK is not let start …',
    means: 'AWS lets no more functions of this account be at work at once. New accounts have few.',
    do: '*Service Quotas > AWS Lambda > Concurrent executions*: ask for more.',
  },
} as const satisfies Entries<string>;

const retried = 'Nothing is lost: it is tried again by itself.';
const byCode = 'At the level WARN nothing; at ERROR look `error.code` up in this page.';

const logs = {
  'reading-server-failed': { title: 'reading server SERVER failed', means: retried, do: byCode },
  'writing-on-server-failed-batches-wait': {
    title: 'writing on server SERVER failed: N batches wait',
    means: retried,
    do: byCode,
  },
  'sweeping-server-failed': { title: 'sweeping server SERVER failed', means: retried, do: byCode },
  'measuring-failed': { title: 'measuring failed', means: retried, do: byCode },
  'measuring-server-failed': { title: 'measuring server SERVER failed', means: retried, do: byCode },
  'looking-at-a-server-failed': {
    title: 'looking at a server failed',
    means: 'The function doctor did not come to an answer. Whoever asked for it was told.',
    do: byCode,
  },
  'a-call-of-a-webhook-was-not-taken': {
    title: 'a call of a webhook was not taken',
    means: 'FileMaker calls again, and the schedule finds what no call tells of.',
    do: byCode,
  },
  'the-secret-of-webhooks-could-not-be-read-anew': {
    title: 'the secret of webhooks could not be read anew',
    means:
      'The one that was read last counts until it can. A secret that was exchanged meanwhile is refused for so long.',
    do: byCode,
  },
  'the-webhooks-of-server-could-not-be-looked-after': {
    title: 'the webhooks of server SERVER could not be looked after',
    means: 'Those that stand go on calling, and the schedule is kept. It is tried again within the hour.',
    do: byCode,
  },
  'the-daily-report-failed': {
    title: 'the daily report failed',
    means: 'No mail was sent for that day.',
    do: 'The same is in `serversync attention --stack NAME`.',
  },
  'large-values-that-nothing-holds-are-not-removed-yet': {
    title: 'large values that nothing holds are not removed yet',
    means: 'What was forgotten, or is over, still lies in the bucket. The next sweep tries again.',
    do: byCode,
  },
  'messages-that-nobody-could-read-were-not-counted': {
    title: 'messages that nobody could read were not counted',
    means: 'A queue did not say how many there are.',
    do: byCode,
  },
  'function-could-not-be-started': {
    title: 'function NAME could not be started',
    means: retried,
    do: byCode,
  },
  'what-a-server-sent-was-not-counted-yet': {
    title: 'what a server sent was not counted yet',
    means: 'The figures of the data budget come later.',
    do: byCode,
  },
  'a-message-that-is-not-ours-was-refused': {
    title: 'a message that is not ours was refused',
    means: 'Somebody else sends to a queue of the stack. Nothing was done for it.',
    do: 'See who may send there, and take that away.',
  },
  'an-event-that-is-not-ours-was-refused': {
    title: 'FUNCTION: an event that is not ours was refused: …',
    means: 'Somebody else starts that function. Nothing was done.',
    do: 'See who may start it, and take that away.',
  },
} as const satisfies Entries<string>;

const deployment = {
  'nobody-is-told': {
    title: 'Nobody would get an alarm: neither alarms.email nor aws.alarmTopic is set',
    means: 'The stack would tell nobody of what goes wrong.',
    do: 'Write `alarms: { email: ops@example.com }`, deploy again, and follow the link in the mail that AWS sends.',
    more: 'aws.md',
  },
} as const satisfies Entries<string>;

export const onAws: readonly Family[] = [
  {
    heading: 'On AWS: when deploying',
    seen: 'As a notice of `cdk deploy`. Mistakes of the configuration are told as everywhere.',
    prefix: 'deploy-',
    entries: deployment,
  },
  {
    heading: 'On AWS: alarms',
    seen: 'In the mail of an alarm and in CloudWatch, by its name. Each mail says itself what to do; here in short.',
    prefix: 'alarm-',
    entries: alarms,
  },
  {
    heading: 'On AWS: logs of the functions',
    seen: 'As `message` of a line in CloudWatch, *Log groups*, beside the lines of a run.',
    prefix: 'log-',
    entries: logs,
  },
];
