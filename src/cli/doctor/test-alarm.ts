/**
 * Raises the alarm that nothing else raises, so that it takes the way of all others: from CloudWatch over the policy and the key of
 * the topic to whoever gets the mail. Its name, which is the subject, says that it is a test. A message that is put on the topic
 * from here would prove less, since CloudWatch has rights of its own there. It is over by itself with the next look that
 * CloudWatch takes.
 */
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { testAlarmName } from '../../config/aws-parts.ts';
import type { Configuration } from '../../config/configuration.ts';
import { failed, type Found, unproven } from '../../doctor/finding.ts';
import { stackChecks } from '../../doctor/stack-catalogue.ts';
import { namesOf, translated } from '../../state/aws/state-error.ts';
import { asOperator, operatorClient } from '../operator-request.ts';

type Told = Pick<Configuration, 'alarms' | 'aws'>;

/** Throws AwsStateError. */
export async function raiseTestAlarm(stack: string, region: string, told: Told): Promise<Found> {
  const AlarmName = testAlarmName(stack);
  const client = new CloudWatchClient(operatorClient);
  const command = new SetAlarmStateCommand({
    AlarmName,
    StateValue: 'ALARM',
    StateReason:
      'Only a test: somebody tries whether alarms arrive (serversync doctor --test-alarm). Nothing is wrong.',
  });
  try {
    const asked = { what: `alarm "${AlarmName}"`, region, action: 'cloudwatch:SetAlarmState' };
    await asOperator(asked, () => translated(asked.what, () => client.send(command)));
    return raised(AlarmName, told);
  } catch (error) {
    if (namesOf(error).some((name) => name.startsWith('ResourceNotFound'))) return missing(AlarmName);
    throw error;
  } finally {
    client.destroy();
  }
}

const missing = (name: string): Found =>
  failed(
    'alarm-test',
    `there is no alarm "${name}": the stack was deployed by an older serversync`,
    'Deploy it once more: npx cdk deploy',
  );

function raised(name: string, { alarms: { email }, aws: { alarmTopic } }: Told): Found {
  const to = [email, alarmTopic].filter((one) => one !== undefined);
  if (to.length === 0)
    return failed(
      'alarm-test',
      'the test alarm was raised, and nobody gets it',
      'Write alarms: { email: … } in the configuration, then npx cdk deploy.',
    );
  const text = `the alarm "${name}" was raised: a message with this subject has to come to ${to.join(' and ')} within some minutes. It is over by itself`;
  return unproven('alarm-test', text, stackChecks['alarm-test'].remedy);
}
