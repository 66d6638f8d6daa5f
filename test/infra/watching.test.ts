/** What tells people: alarms, where they go, and the dashboard. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allOf, manyServers, office, resourcesOf, templateOf } from './support/synthesised.ts';

const template = templateOf({
  ...office,
  dataBudget: '5 GB per month',
  alarms: { email: 'ops@example.com', lag: '20 minutes', skew: '7 seconds' },
});

const alarmSchema = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.unknown() })).default([]),
  Threshold: z.number().optional(),
  TreatMissingData: z.string().optional(),
  DatapointsToAlarm: z.number().optional(),
  EvaluationPeriods: z.number().optional(),
  Metrics: z
    .array(
      z.looseObject({
        Id: z.string(),
        Expression: z.string().optional(),
        MetricStat: z.unknown().optional(),
      }),
    )
    .default([]),
  ActionsSuppressor: z.unknown().optional(),
  ActionsSuppressorWaitPeriod: z.number().optional(),
  ActionsSuppressorExtensionPeriod: z.number().optional(),
  AlarmActions: z.array(z.unknown()).default([]),
});
const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
  allOf(template, type).map((alarm) => alarmSchema.parse(alarm)),
);

const alarmOf = (name: string) => alarms.find(({ AlarmName }) => AlarmName === `${name} - ServerSync`);

describe('an alarm', () => {
  test.each(alarms.map((alarm) => [alarm.AlarmName, alarm] as const))(
    '%s says what to do, and its text fits',
    (_, { AlarmDescription }) => {
      expect(AlarmDescription.length).toBeGreaterThan(100);
      expect(AlarmDescription.length).toBeLessThanOrEqual(1024);
    },
  );

  test.each([
    ['hq late', 'Lag', ['Installation', 'Server'], 1200, 'ignore'],
    ['hq out of reach', 'Unreachable', ['Installation', 'Server'], 1, 'ignore'],
    ['hq has nearly used up its data budget', 'DataShare', ['Installation', 'Server'], 80, 'ignore'],
    ['nobody measures', 'Measured', ['Installation'], 1, 'breaching'],
    ['clocks differ', 'Skew', ['Installation'], 7000, 'notBreaching'],
    ['a clock jumped', 'ClockSteps', ['Installation'], 1, 'notBreaching'],
    ['messages that nobody can read', 'UnreadableMessages', ['Installation'], 1, 'notBreaching'],
    ['something unusual', 'Unusual', ['Installation'], 1, 'notBreaching'],
    ['this is only a test', 'Measured', ['Installation'], 1_000_000, 'notBreaching'],
    ['the account is nearly full of functions', 'ConcurrentExecutions', [], 800, 'notBreaching'],
    ['reading fails', 'Errors', ['FunctionName'], 1, 'notBreaching'],
    ['writing is not let start', 'Throttles', ['FunctionName'], 1, 'notBreaching'],
    ['a schedule cannot start its function', 'InvocationDroppedCount', ['ScheduleGroup'], 1, 'notBreaching'],
  ])('on "%s" watches %s', (name, metric, dimensions, threshold, silence) => {
    const alarm = alarmOf(name);
    expect(alarm?.MetricName).toBe(metric);
    expect(alarm?.Dimensions.map(({ Name }) => Name)).toEqual(dimensions);
    expect(alarm?.Threshold).toBe(threshold);
    expect(alarm?.TreatMissingData).toBe(silence);
  });
});

test.each([
  ['a table is halted', 'Halted'],
  ['records are parked', 'Parked'],
  ['conflicts are held', 'Held'],
])(
  'the alarm "%s" is raised by each growth of the figure, and over by itself while the figure stays',
  (name, metric) => {
    const alarm = alarmOf(name);
    expect(alarm?.Metrics).toMatchObject([
      { Expression: 'DIFF(total)' },
      {
        Id: 'total',
        ReturnData: false,
        MetricStat: {
          Stat: 'Maximum',
          Period: 60,
          Metric: {
            Namespace: 'ServerSync',
            MetricName: metric,
            Dimensions: [{ Name: 'Installation', Value: 'ServerSync' }],
          },
        },
      },
    ]);
    expect(alarm?.Threshold).toBe(1);
    expect([alarm?.DatapointsToAlarm, alarm?.EvaluationPeriods]).toEqual([1, 5]);
    expect(alarm?.TreatMissingData).toBe('notBreaching');
  },
);

test('texts name commands with the stack, and log groups that there are', () => {
  expect(alarmOf('a table is halted')?.AlarmDescription).toContain('npx serversync halts --stack ServerSync');
  const named = alarms.flatMap(
    ({ AlarmDescription }) => AlarmDescription.match(/\/serversync\/\S*\w/g) ?? [],
  );
  const made = allOf(template, 'AWS::Logs::LogGroup')
    .map(({ LogGroupName }) => String(LogGroupName))
    // Whoever has it looked at sees how that ends.
    .filter((name) => !name.endsWith('/doctor'));
  expect([...new Set(named)].toSorted()).toEqual(made.toSorted());
  expect(alarmOf('something unusual')?.AlarmDescription).toMatch(/a layout or a field/);
  const commands = alarms.flatMap(
    ({ AlarmDescription }) => AlarmDescription.match(/\S+ serversync .*/g) ?? [],
  );
  expect(commands.length).toBeGreaterThan(4);
  expect(commands.filter((command) => !/^npx serversync .* --stack ServerSync/.test(command))).toEqual([]);
});

test('an outage is one message: that of the server, while its parts say nothing', () => {
  const silent = alarms.filter(({ AlarmActions }) => AlarmActions.length === 0);
  expect(silent.map(({ AlarmName }) => AlarmName).toSorted()).toEqual([
    'branch late - ServerSync',
    'branch out of reach - ServerSync',
    'hq late - ServerSync',
    'hq out of reach - ServerSync',
  ]);
  expect(JSON.stringify(alarmOf('hq out of reach or late')?.['AlarmRule'])).toMatch(
    /ALARM.*ServerhqLag.*OR ALARM.*ServerhqUnreachable/s,
  );
});

test('silence calls no server late: neither before its first figures, nor while nobody measures, nor just after', () => {
  const parts = alarms.filter(({ AlarmName }) => /^\w+ (late|out of reach) - /.test(AlarmName));
  expect(parts.map(({ TreatMissingData }) => TreatMissingData)).toEqual(parts.map(() => 'ignore'));
  expect(alarmOf('nobody measures')?.TreatMissingData).toBe('breaching');
  for (const server of ['hq', 'branch'])
    expect(alarmOf(`${server} out of reach or late`)).toMatchObject({
      ActionsSuppressor: { 'Fn::GetAtt': [expect.stringMatching(/^AlarmsNoMeasurement/), 'Arn'] },
      ActionsSuppressorWaitPeriod: 60,
      ActionsSuppressorExtensionPeriod: 600,
    });
});

test('alarms can reach the topic: its policy and that of its key let CloudWatch in, of this account only', () => {
  const fromHere = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  const cloudWatch = { Service: 'cloudwatch.amazonaws.com' };
  template.hasResourceProperties('AWS::KMS::Key', {
    EnableKeyRotation: true,
    KeyPolicy: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: cloudWatch,
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Condition: fromHere,
        }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Principal: cloudWatch, Action: 'sns:Publish', Condition: fromHere }),
      ]),
    },
  });
  template.hasResourceProperties('AWS::SNS::Topic', {
    KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^NoticesKey'), 'Arn'] },
  });
  template.hasResourceProperties('AWS::SNS::Subscription', {
    Protocol: 'email',
    Endpoint: 'ops@example.com',
  });
});

test.each([
  [{}, {}, 'nobody: set alarms.email and deploy again'],
  [{ email: 'ops@example.com' }, {}, 'ops@example.com, once the link in the mail of AWS was followed'],
  [{}, { alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:ops' }, 'arn:aws:sns:eu-west-1:123456789012:ops'],
  [
    { email: 'ops@example.com' },
    { alarmTopic: 'arn:aws:sns:eu-west-1:123456789012:ops' },
    'ops@example.com, once the link in the mail of AWS was followed; arn:aws:sns:eu-west-1:123456789012:ops',
  ],
])('with %o and %o the outputs say that alarms go to %s', (to, aws, said) => {
  expect(templateOf({ ...office, alarms: to, aws }).findOutputs('AlarmsGoTo')).toEqual({
    AlarmsGoTo: { Value: said },
  });
});

/** The body is text with references in it: of these the logical id is enough. */
const dashboardSchema = z.object({
  DashboardBody: z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) }),
});
const referenceSchema = z.union([
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((get) => get['Fn::GetAtt'][0]),
]);
const lookSchema = z.looseObject({
  label: z.string().optional(),
  color: z.string().optional(),
  expression: z.string().optional(),
  id: z.string().optional(),
});
const widgetSchema = z.object({
  type: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  properties: z.looseObject({
    title: z.string().default(''),
    markdown: z.string().optional(),
    alarms: z.array(z.string()).default([]),
    stacked: z.boolean().default(false),
    metrics: z.array(z.array(z.unknown())).default([]),
    annotations: z
      .object({ horizontal: z.array(z.looseObject({ value: z.number(), label: z.string() })) })
      .optional(),
    yAxis: z
      .object({ left: z.looseObject({ min: z.number().optional(), max: z.number().optional() }) })
      .optional(),
  }),
});
type Widget = z.output<typeof widgetSchema>;

function widgets(of = template): readonly Widget[] {
  const [dashboard] = allOf(of, 'AWS::CloudWatch::Dashboard');
  const [by, parts] = dashboardSchema.parse(dashboard).DashboardBody['Fn::Join'];
  const body = parts.map((part) => (typeof part === 'string' ? part : referenceSchema.parse(part))).join(by);
  return z.object({ widgets: z.array(widgetSchema) }).parse(JSON.parse(body)).widgets;
}

function widgetOf(title: string, of = template): Widget {
  const found = widgets(of).find(({ properties }) => properties.title.startsWith(title));
  if (found === undefined) throw new Error(`no widget "${title}"`);
  return found;
}

/** What a person sees of a graph: the lines that are drawn, and of which figures each is made. */
function linesOf({ properties: { metrics } }: Widget) {
  const all = metrics.map((metric) => ({ metric, look: lookSchema.parse(metric.at(-1)) }));
  return all.flatMap(({ metric, look }) => {
    const [, of = '', divisor] = /^(\w+)\/(\d+)$/.exec(look.expression ?? '') ?? [];
    if (look['visible'] === false) return [];
    const source = divisor === undefined ? metric : all.find(({ look: { id } }) => id === of)?.metric;
    return [{ ...look, figure: source?.slice(1, -1) ?? [], divisor: Number(divisor ?? 1) }];
  });
}

describe('the dashboard', () => {
  test('has how to read it, what is wrong, how late each server is and between which bounds its clock lies on the first screen, with 9 servers too', () => {
    for (const of of [template, templateOf(manyServers(9))]) {
      const top = widgets(of).filter(({ y, height }) => y + height <= 14);
      expect(top.map(({ properties }) => properties.markdown ?? properties.title)).toEqual([
        expect.stringContaining('Which server is behind?'),
        'What needs a look: a red box',
        'What waits for you',
        expect.stringContaining('How late is each server'),
        expect.stringContaining('Whose clock is wrong'),
      ]);
    }
  });

  test('shows red boxes first, of what stays red while it is wrong: nobody measures, and each server', () => {
    const { alarms: boxes, ...properties } = widgetOf('What needs a look').properties;
    expect(properties['sortBy']).toBe('stateUpdatedTimestamp');
    expect(boxes.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'AlarmsNoMeasurement',
      'AlarmsSkew',
      'AlarmsUnusual',
      'ServerhqAlarm',
      'ServerbranchAlarm',
    ]);
    const others = widgetOf('What else needs a look').properties.alarms.join();
    expect(others).toContain('AlarmsClockSteps');
    expect(others).not.toMatch(/AlarmsHalted|AlarmsHeld|AlarmsParked/);
    expect(widgetOf('What waits for you').properties.metrics.map((metric) => metric.slice(0, 4))).toEqual(
      ['Parked', 'Halted', 'Held'].map((figure) => ['ServerSync', figure, 'Installation', 'ServerSync']),
    );
  });

  test.each([
    ['How late is each server', 'Lag', 60, 20],
    ['How far apart are the clocks', 'Skew', 1000, 7],
  ])(
    'draws "%s" in units that people read, with the line from which an alarm is raised',
    (title, figure, divisor, threshold) => {
      const widget = widgetOf(title);
      for (const line of linesOf(widget)) expect([line.figure[0], line.divisor]).toEqual([figure, divisor]);
      expect(widget.properties.annotations?.horizontal.map(({ value }) => value)).toEqual([threshold]);
    },
  );

  test('has two lines of one colour for each clock, one after the other, in seconds', () => {
    const lines = linesOf(widgetOf('Whose clock is wrong'));
    expect(lines.map(({ label, figure, divisor }) => [label, figure[0], figure.at(-1), divisor])).toEqual(
      ['hq', 'branch'].flatMap((server) => [
        [`${server} at least`, 'OffsetLow', server, 1000],
        [`${server} at most`, 'OffsetHigh', server, 1000],
      ]),
    );
    const [low, high, other] = lines.map(({ color }) => color);
    expect(low).toBe(high);
    expect(low).not.toBe(other);
  });

  test('lays servers that are out of reach one upon the other, so that none hides another', () => {
    const { stacked, yAxis } = widgetOf(
      'Which server is out of reach',
      templateOf(manyServers(9)),
    ).properties;
    expect(stacked).toBe(true);
    expect(yAxis?.left).toMatchObject({ min: 0, max: 9 });
    expect(widgetOf('How many tables wait for your approval').properties).toMatchObject({
      stacked: true,
      yAxis: { left: { min: 0, max: 2 } },
    });
  });

  test('gives a server the same colour in every graph, that of a queue too', () => {
    const drawn = widgets().flatMap((widget) => linesOf(widget));
    const ofBranch = drawn.filter(({ label }) => label?.startsWith('branch'));
    expect(ofBranch).toHaveLength(10);
    expect(new Set(ofBranch.map(({ color }) => color)).size).toBe(1);
  });

  test('gives each of 53 servers, the most that fit, a colour of its own', () => {
    const lines = linesOf(widgetOf('How late is each server', templateOf(manyServers(53))));
    expect(lines).toHaveLength(53);
    expect(new Set(lines.map(({ color }) => color)).size).toBe(53);
  });

  test('titles every widget with words that need no glossary, short enough for half the width of a small screen', () => {
    const titles = widgets()
      .filter(({ type }) => type !== 'text')
      .map(({ properties }) => properties.title);
    expect(titles.filter((title) => !/^(How|Which|What|Whose) /.test(title))).toEqual([]);
    expect(titles.filter((title) => title.length > 62)).toEqual([]);
    expect(titles.filter((title) => /enumerate|write\b|\bms\b/.test(title))).toEqual([]);
  });

  test('is found by the link of the stack', () => {
    expect(JSON.stringify(template.findOutputs('Dashboard'))).toContain('#dashboards/dashboard/ServerSync');
    expect(
      Object.values(resourcesOf(template)).some(
        ({ Properties }) => Properties['DashboardName'] === 'ServerSync',
      ),
    ).toBe(true);
  });
});
