/**
 * Mails what waits for a person, once a day by its schedule: where nothing does, on Mondays only, so that silence is known to be
 * no failure. Reads the state and changes nothing.
 */
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { z } from 'zod';
import { mattersOf } from '../src/composition/attention/attention.ts';
import { dayFigures, isMonday, type Report, reportOf } from '../src/composition/attention/report.ts';
import { awsClients, stateOf } from '../src/composition/aws-installation.ts';
import { commandLine } from '../src/composition/command-line.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import { titleOf } from '../src/config/aws-stack-name.ts';
import { identityOf } from '../src/config/identity.ts';
import { loadConfiguration } from '../src/config/load.ts';
import { readEnvironment } from './environment.ts';
import { eventOf } from './events.ts';
import { logger, observed, toldByKind } from './observe.ts';

const expected = { schema: z.strictObject({}), by: 'report', form: '{}', from: 'its schedule' } as const;

export type ReportResult = { readonly sent: boolean };

export const handler = observed(async (event): Promise<ReportResult> => {
  eventOf(expected, event);
  try {
    const { reportTopic } = readEnvironment();
    const report = await dueReport();
    if (report !== undefined) await publish(reportTopic, report);
    logger.info('reported', { sent: report !== undefined });
    return { sent: report !== undefined };
  } catch (error) {
    toldByKind('the daily report failed', error);
    throw error;
  }
});

async function dueReport(): Promise<Report | undefined> {
  const { places, configFile } = readEnvironment();
  const configuration = await loadConfiguration(configFile);
  // It takes no session.
  const { control, checkIdentity } = stateOf(places, awsClients(), () => 0);
  await checkIdentity(identityOf(configuration));
  const now = systemClock.now();
  const matters = await mattersOf({ configuration, control, now, isStack: true });
  if (matters.length === 0 && !isMonday(now, configuration.servers[0]?.timeZone ?? 'UTC')) return undefined;
  const stack = places.installation;
  // As whoever deployed it types it: the file has its usual name beside the code.
  const place = { configFile: 'serversync.yaml', stateDirectory: undefined, stack };
  const day = await dayFigures(control, now, true);
  return reportOf({ matters, day, now, title: titleOf(stack), typed: (words) => commandLine(words, place) });
}

async function publish(topic: string | undefined, { subject, text }: Report): Promise<void> {
  const client = new SNSClient({});
  try {
    await client.send(new PublishCommand({ TopicArn: topic, Subject: subject, Message: text }));
  } finally {
    client.destroy();
  }
}
