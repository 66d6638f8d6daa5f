/** Where FileMaker calls: only where a server is to, by nobody else, and never more often than the account bears. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { granted, statementsOf } from './support/policies.ts';
import { allOf, type Described, office, templateOf } from './support/synthesised.ts';

const described: Described = { roles: { hq: 'both', branch: 'both' }, woken: ['hq'] };
const template = templateOf(described);

test('where no server calls there is neither address nor secret nor function', () => {
  const without = templateOf(office);
  for (const type of ['AWS::ApiGatewayV2::Api', 'AWS::SecretsManager::Secret'])
    expect(allOf(without, type)).toEqual([]);
  expect(JSON.stringify(without.toJSON())).not.toContain('FunctionsWake');
});

test('there is one route, which is limited before a function is started, and whose callers write no log', () => {
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    StageName: '$default',
    DefaultRouteSettings: { ThrottlingBurstLimit: 20, ThrottlingRateLimit: 20 },
    AccessLogSettings: Match.absent(),
  });
  const routes = allOf(template, 'AWS::ApiGatewayV2::Route').map(({ RouteKey }) => RouteKey);
  expect(routes).toEqual(['POST /v1/{installation}/{mark}/{server}/{table}']);
});

test('calls that are refused again and again raise an alarm, which says what to do; without an address there is none', () => {
  const of = (from: typeof template) =>
    allOf(from, 'AWS::CloudWatch::Alarm').find(({ MetricName }) => MetricName === 'RefusedCalls');
  expect(of(template)).toMatchObject({
    AlarmName: 'calls are refused - ServerSync',
    AlarmDescription: expect.stringContaining('/serversync/ServerSync/wake'),
    Threshold: 100,
    EvaluationPeriods: 3,
    DatapointsToAlarm: 3,
    TreatMissingData: 'notBreaching',
  });
  expect(String(of(template)?.['AlarmDescription']).length).toBeLessThanOrEqual(1024);
  expect(of(templateOf(office))).toBeUndefined();
});

test('only that API may start the function', () => {
  template.hasResourceProperties('AWS::Lambda::Permission', {
    FunctionName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FunctionsWakeFunction'), 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: Match.objectLike({ 'Fn::Join': Match.anyValue() }),
  });
});

describe('of the functions', () => {
  test('the one that is called may put down a hint, read the secret and start the reader, and nothing else', () => {
    expect(granted(statementsOf(template, 'FunctionsWakeRole'))).toEqual({
      Control: { actions: ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], on: ['<StateControl.Arn>'] },
      Logs: { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: ['<FunctionsWakeLog.Arn>'] },
      Traces: { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], on: ['*'] },
      CallSecret: { actions: ['secretsmanager:GetSecretValue'], on: ['<CallsSecret>'] },
      Start: { actions: ['lambda:InvokeFunction'], on: ['<FunctionsEnumerateFunction.Arn>'] },
    });
  });

  test('the one that is called touches hints, and no other part of the control table', () => {
    const control = statementsOf(template, 'FunctionsWakeRole').find(({ Sid }) => Sid === 'Control');
    expect(control?.Condition).toEqual({
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['wake'] },
    });
  });

  test('the reader knows the address and the secret, and no other one does', () => {
    const named = allOf(template, 'AWS::Lambda::Function').flatMap(({ Description, Environment }) =>
      JSON.stringify(Environment).includes('SERVERSYNC_CALL_SECRET') ? [String(Description)] : [],
    );
    expect(named.map((text) => text.replace(/^.*: /, '').slice(0, 5)).toSorted()).toEqual(['Reads', 'Takes']);
    const statements = statementsOf(template, 'FunctionsEnumerateRole');
    expect(granted(statements)).toMatchObject({ CallSecret: { on: ['<CallsSecret>'] } });
    expect(granted(statementsOf(template, 'FunctionsWriteRole'))).not.toHaveProperty('CallSecret');
  });
});
