/** The checks of an installation on AWS, which are made with `--stack` only. */
import type { CheckMeaning } from './catalogue.ts';

const ofStack = (title: string, meaning: string, remedy: string): CheckMeaning => ({
  about: 'stack',
  title,
  meaning,
  remedy,
  errorIn: 'configuration',
});

export const stackChecks = {
  standstill: ofStack(
    'Standstill',
    'Said where a server is paused, or in a window of maintenance: it is looked at all the same.',
    'serversync resume ends a pause.',
  ),
  inside: ofStack(
    'From inside',
    'The function `doctor` of the stack looked at the server: over the network by which it is read and written, which is what counts. All checks of a server and its tables are made there.',
    'npx cdk deploy makes the function; its log group ends in /doctor.',
  ),
  deployed: ofStack(
    'Deployed configuration',
    'The file here says the same as the one that was deployed, but for comments.',
    'npx cdk diff shows what a deployment would change; npx cdk deploy makes it so.',
  ),
  secret: ofStack(
    'Secret',
    "The secret with the server's account is there. Its value is not read from here: the function does, see Account.",
    'serversync secrets set SERVER --stack NAME.',
  ),
  queue: ofStack(
    'Queue',
    'The queue of what is to be delivered to the server is there, with its dead-letter queue, and the function write takes what is in it. Told with it: how many messages wait.',
    'npx cdk deploy makes what is missing; what was switched off is switched on in the AWS console: Lambda, the function write, Configuration, Triggers.',
  ),
  unreadable: ofStack(
    'Unreadable messages',
    'The dead-letter queue is empty.',
    "Find out who else sends to the queue, then open the one that ends in -unreadable in the AWS console (SQS) and purge it. No record's value is in it, and no change is lost: what was to be written is sent again.",
  ),
  schedule: ofStack(
    'Schedule',
    'The schedules that start measuring, the reading of each server and the daily report are there and enabled.',
    'AWS console: EventBridge, Schedules, the group of the stack: enable it; npx cdk deploy makes one that is missing.',
  ),
  function: ofStack(
    'Function',
    'Each function can be started: it is there, its last update came to its end, and nobody reserved no concurrency for it, which is how the console switches one off ("Throttle").',
    'npx cdk deploy makes what is missing. AWS console: Lambda, the function, Configuration, Concurrency: "Use unreserved account concurrency".',
  ),
  measured: ofStack(
    'At work',
    'Figures came from the function measure in the last ten minutes.',
    'Look for the level ERROR in the log group that ends in /measure (AWS console: CloudWatch, Log groups).',
  ),
  failures: ofStack(
    'Failures',
    'No function failed, or was not let start by AWS, in the last 24 hours.',
    'Look for the level ERROR, or else WARN, in the log group of that function (AWS console: CloudWatch, Log groups). What was not let start: ask for more in Service Quotas, AWS Lambda, Concurrent executions.',
  ),
  alarm: ofStack(
    'Alarms',
    'All alarms of the stack are there, may tell of themselves, and none is raised now.',
    'The description of the alarm says what to do. AWS console: CloudWatch, All alarms, Actions: enable actions where they were disabled; npx cdk deploy makes one that is missing.',
  ),
  'alarm-mail': ofStack(
    'Mail of alarms',
    'Somebody is told: the topic of the alarms has the address of `alarms.email`, confirmed, or whoever listens to `aws.alarmTopic`.',
    'Follow the link in the mail of AWS, "AWS Notification - Subscription Confirmation"; for another one: AWS console, SNS, Subscriptions, Request confirmation. One that is gone comes back with: take alarms.email out, npx cdk deploy, put it in, npx cdk deploy.',
  ),
  'alarm-test': ofStack(
    'Test alarm',
    'With `--test-alarm`: an alarm of its own was raised, which says that it is a test, and takes the way of all others. That its mail arrives is seen by whoever gets it.',
    'Nothing after ten minutes: look in the folder for spam, and at Mail of alarms.',
  ),
  concurrency: ofStack(
    'Concurrency',
    'The AWS account lets as many functions be at work at once as this installation needs at most.',
    'AWS console: Service Quotas, AWS Lambda, Concurrent executions, Request increase.',
  ),
  recovery: ofStack(
    'Recovery',
    'The two tables can be put back to any second of the last 35 days (point-in-time recovery).',
    'npx cdk deploy switches it on again; or AWS console: DynamoDB, the table, Backups.',
  ),
} as const satisfies Readonly<Record<string, CheckMeaning>>;
