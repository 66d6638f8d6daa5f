/**
 * The clockwork: measure every minute, each server read by its interval, and a report once a day. A server that only receives is read too, for
 * its first meeting; when that is over there is nothing to do for it.
 */
import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Configuration } from '../src/config/configuration.ts';
import type { SyncFunctions } from './functions.ts';
import { hasTables, type Installation } from './installation.ts';
import { allow } from './permissions.ts';
import { scheduleExpression } from './schedule-expression.ts';

type Tick = {
  readonly name: string;
  readonly expression: string;
  readonly functionArn: string;
  readonly input: Readonly<Record<string, string>>;
  /** Whose clock it goes by; default: UTC. */
  readonly zone?: string;
};

export class Schedules extends Construct {
  readonly groupName: string;
  readonly #role: Role;

  constructor(
    scope: Construct,
    id: string,
    { name, servers, configuration }: Installation,
    functions: SyncFunctions,
  ) {
    super(scope, id);
    const group = new CfnScheduleGroup(this, 'Group', { name });
    this.groupName = group.ref;
    const measureArn = functions.measure.lambda.functionArn;
    const enumerateArn = functions.enumerate.lambda.functionArn;
    const reportArn = functions.report?.lambda.functionArn;
    this.#role = this.#roleFor(name, [
      enumerateArn,
      measureArn,
      ...(reportArn === undefined ? [] : [reportArn]),
    ]);
    this.#schedule(this, {
      name: 'measure',
      expression: 'rate(1 minute)',
      functionArn: measureArn,
      input: {},
    });
    if (reportArn !== undefined) this.#scheduleReport(configuration, reportArn);
    const minutes = configuration.schedule.enumerateMs / 60_000;
    for (const server of servers.filter(hasTables)) {
      this.#schedule(server.scope, {
        name: `enumerate-${server.name}`,
        expression: scheduleExpression(minutes, server.turn),
        functionArn: enumerateArn,
        input: { server: server.name },
      });
    }
  }

  #scheduleReport({ alarms, servers }: Configuration, functionArn: string): void {
    const { report } = alarms;
    const zone = servers[0]?.timeZone;
    if (report.kind === 'never' || zone === undefined) return;
    const minutes = report.atMs / 60_000;
    const expression = `cron(${minutes % 60} ${Math.floor(minutes / 60)} * * ? *)`;
    this.#schedule(new Construct(this, 'Report'), {
      name: 'report',
      expression,
      functionArn,
      input: {},
      zone,
    });
  }

  #schedule(scope: Construct, { name, expression, functionArn, input, zone }: Tick): void {
    new CfnSchedule(scope, 'Schedule', {
      name,
      groupName: this.groupName,
      scheduleExpression: expression,
      ...(zone !== undefined && { scheduleExpressionTimezone: zone }),
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: this.#role.roleArn,
        input: JSON.stringify(input),
        // The next tick is the next try.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
  }

  /** https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
  #roleFor(group: string, functionArns: readonly string[]): Role {
    const { partition, region, account } = Stack.of(this);
    const groupArn = `arn:${partition}:scheduler:${region}:${account}:schedule-group/${group}`;
    return new Role(this, 'Role', {
      description: `What the schedules of ServerSync ${group} may do: start its functions`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn } },
      }),
      inlinePolicies: {
        Start: new PolicyDocument({
          statements: [allow('Start', ['lambda:InvokeFunction'], functionArns)],
        }),
      },
    });
  }
}
