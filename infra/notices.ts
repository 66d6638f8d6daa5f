/** Where alarms go: a topic of our own, and the customer's if one is named. */
import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { AlarmBase, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { titleOf } from '../src/config/aws-stack-name.ts';
import type { Installation } from './installation.ts';

const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');

const goTo = (email: string | undefined, topicArn: string | undefined): string =>
  [email === undefined ? undefined : `${email}, once the link in the mail of AWS was followed`, topicArn]
    .filter((one) => one !== undefined)
    .join('; ') || 'nobody: set alarms.email and deploy again';

export class Notices extends Construct {
  /** Who is told, in words: warnings are lost among the lines of a deployment, its outputs are its end. */
  readonly goTo: string;
  readonly topicArn: string;
  readonly keyArn: string;
  readonly #actions: readonly IAlarmAction[];

  constructor(scope: Construct, id: string, { name, configuration, key }: Installation) {
    super(scope, id);
    const { alarms, aws } = configuration;
    const topicKey = key ?? this.#ownKey();
    const topic = new Topic(this, 'Topic', {
      displayName: titleOf(name),
      masterKey: topicKey,
      enforceSSL: true,
    });
    this.topicArn = topic.topicArn;
    this.keyArn = topicKey.keyArn;
    topic.addToResourcePolicy(this.#publish(topic.topicArn));
    if (key) this.#sayWhatTheKeyMustAllow(key);
    if (alarms.email === undefined && aws.alarmTopic === undefined) this.#sayThatNobodyIsTold();
    if (alarms.email !== undefined) topic.addSubscription(new EmailSubscription(alarms.email));
    const topics = [
      topic,
      ...(aws.alarmTopic === undefined ? [] : [Topic.fromTopicArn(this, 'AlarmTopic', aws.alarmTopic)]),
    ];
    this.goTo = goTo(alarms.email, aws.alarmTopic);
    this.#actions = topics.map((each) => new SnsAction(each));
  }

  /** When the alarm is raised. */
  tellOf(alarm: AlarmBase): void {
    alarm.addAlarmAction(...this.#actions);
  }

  /** When it is raised, and when it is over. */
  tellOfBothEnds(alarm: AlarmBase): void {
    this.tellOf(alarm);
    alarm.addOkAction(...this.#actions);
  }

  /** AWS's own key for topics lets no alarm publish: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
  #ownKey(): Key {
    const key = new Key(this, 'Key', {
      description: 'Encrypts alarms of ServerSync on their way',
      enableKeyRotation: true,
      // Nothing that it encrypted is kept.
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [cloudWatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: this.#fromHere,
      }),
    );
    return key;
  }

  #publish(topicArn: string): PolicyStatement {
    return new PolicyStatement({
      sid: 'Alarms',
      principals: [cloudWatch],
      actions: ['sns:Publish'],
      resources: [topicArn],
      conditions: this.#fromHere,
    });
  }

  get #fromHere() {
    return { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
  }

  #sayWhatTheKeyMustAllow({ keyArn }: IKey): void {
    // No warning: what the policy says is not known here, and it may well be right.
    Annotations.of(this).addInfo(
      `The policy of ${keyArn} has to let cloudwatch.amazonaws.com use kms:Decrypt and kms:GenerateDataKey*, or no alarm arrives, and logs.REGION.amazonaws.com use kms:Encrypt*, kms:Decrypt*, kms:ReEncrypt*, kms:GenerateDataKey* and kms:Describe*, or the deployment fails. docs/configuration.md has the statements.`,
    );
  }
  #sayThatNobodyIsTold(): void {
    Annotations.of(this).addWarningV2(
      'serversync:nobody-is-told',
      'Nobody would get an alarm: neither alarms.email nor aws.alarmTopic is set. Write alarms: { email: ops@example.com } in the configuration, and follow the link in the mail that AWS then sends.',
    );
  }
}
