/** What is said of a stack, by what AWS shows of it. */
import { describe, expect, test } from 'vitest';
import { alarmsFindings } from '../../../src/cli/doctor/stack-alarms.ts';
import type { StackAsked } from '../../../src/cli/doctor/stack-asked.ts';
import { type Inside, looksFromInside, ofStack } from '../../../src/cli/doctor/stack-inside.ts';
import { installationFindings } from '../../../src/cli/doctor/stack-installation.ts';
import type { Made, StackReads } from '../../../src/cli/doctor/stack-reads.ts';
import { serversFindings } from '../../../src/cli/doctor/stack-servers.ts';
import { parseConfiguration } from '../../../src/config/load.ts';
import type { Finding } from '../../../src/doctor/finding.ts';
import { insideAnswer } from '../../../src/doctor/inside-answer.ts';
import { AwsStateError } from '../../../src/state/aws/state-error.ts';
import { configuration as text } from '../support/aws-bench.ts';

const told = `${text}\nalarms: { email: ops@example.com }\n`;
const topic = 'arn:aws:sns:eu-west-1:123456789012:topic';
const made: readonly Made[] = [
  { id: 'FunctionsWriteFunction1', type: 'AWS::Lambda::Function', name: 'write' },
  { id: 'FunctionsReportFunction1', type: 'AWS::Lambda::Function', name: 'report' },
  { id: 'AlarmsUnusual', type: 'AWS::CloudWatch::Alarm', name: 'something unusual - ServerSync' },
  { id: 'AlarmsTest', type: 'AWS::CloudWatch::Alarm', name: 'this is only a test - ServerSync' },
  { id: 'NoticesTopic', type: 'AWS::SNS::Topic', name: topic },
];
const arnOf = (queue: string): string => `arn:aws:sqs:eu-west-1:123456789012:${queue}`;
const alarm = (name: string) => ({ name, isRaised: false, hasActions: true, mayTell: true });
const confirmed = { protocol: 'email', endpoint: 'Ops@example.com', isConfirmed: true };

/** A stack with which all is well. */
const well: StackReads = {
  made: async () => made,
  secret: async () => 'there',
  queue: async (name) => ({
    arn: arnOf(name),
    messages: 0,
    ...(!name.endsWith('-unreadable') && { deadLetters: arnOf(`${name}-unreadable`) }),
  }),
  deliveries: async () => new Map(['hq', 'branch'].map((name) => [arnOf(`ServerSync-${name}`), 'Enabled'])),
  schedule: async () => 'ENABLED',
  functionOf: async () => ({ state: 'Active', lastUpdate: 'Successful' }),
  concurrency: async () => 1000,
  alarms: async (names) => names.map(alarm),
  subscribers: async () => [confirmed],
  isRecoverable: async () => true,
  values: async (figures) => figures.map(({ name }) => (name === 'Measured' ? [1, 1] : [])),
};

const askedOf = (reads: Partial<StackReads>, yaml = told): StackAsked => {
  const configuration = parseConfiguration(yaml, 'serversync.yaml');
  const outputs = {
    SecretPrefix: 'serversync/',
    WriteFunction: 'write',
    RecordsTable: 'records',
    ControlTable: 'control',
  };
  const { servers } = configuration;
  return {
    stack: 'ServerSync',
    configFile: 'serversync.yaml',
    configuration,
    servers,
    outputs,
    reads: { ...well, ...reads },
  };
};

async function findings(reads: Partial<StackReads>, yaml?: string): Promise<readonly Finding[]> {
  const asked = askedOf(reads, yaml);
  return [
    ...(await installationFindings(asked, made)),
    ...(await alarmsFindings(asked, made)),
    ...(await serversFindings(asked)),
  ];
}

const shown = (all: readonly Finding[]): readonly string[] =>
  all
    .filter(({ status }) => status !== 'ok')
    .map(
      ({ check, status, server, text: said }) =>
        `${status} ${check}${server === undefined ? '' : ` ${server}`}: ${said}`,
    );

test('of a stack with which all is well each check says so, for each server', async () => {
  const all = await findings({});
  expect(shown(all)).toEqual([]);
  expect(all.map(({ check, server }) => [server, check].filter(Boolean).join(' '))).toEqual([
    'schedule',
    'schedule',
    'measured',
    'function',
    'failures',
    'concurrency',
    'recovery',
    'recovery',
    'alarm',
    'alarm-mail',
    'hq secret',
    'branch secret',
    'hq queue',
    'hq unreadable',
    'branch queue',
    'branch unreadable',
    'hq schedule',
    'branch schedule',
  ]);
});

const cases: readonly (readonly [what: string, reads: Partial<StackReads>, said: string])[] = [
  [
    'a secret is missing',
    { secret: async (name) => (name.endsWith('/hq') ? 'absent' : 'there') },
    'error secret hq: secret serversync/hq is not there',
  ],
  [
    'a secret is to be deleted',
    { secret: async (name) => (name.endsWith('/hq') ? 'deleted' : 'there') },
    'error secret hq: secret serversync/hq is to be deleted',
  ],
  [
    'a queue is gone',
    { queue: async (name) => (name === 'ServerSync-hq' ? undefined : well.queue(name)) },
    'error queue hq: queue ServerSync-hq is not there',
  ],
  [
    'a queue has no dead-letter queue',
    {
      queue: async (name) => ({
        arn: arnOf(name),
        messages: 0,
        ...(name === 'ServerSync-branch' && { deadLetters: arnOf('ServerSync-branch-unreadable') }),
      }),
    },
    'error queue hq: queue ServerSync-hq has no dead-letter queue: what nobody can read comes back for days',
  ],
  [
    'messages cannot be read',
    {
      queue: async (name) => ({
        ...(await well.queue(name)),
        arn: arnOf(name),
        messages: name === 'ServerSync-hq-unreadable' ? 3 : 0,
      }),
    },
    'warning unreadable hq: queue ServerSync-hq-unreadable holds 3 messages that nobody can read',
  ],
  [
    'a trigger is switched off',
    {
      deliveries: async () =>
        new Map([
          [arnOf('ServerSync-hq'), 'Disabled'],
          [arnOf('ServerSync-branch'), 'Updating'],
        ]),
    },
    'error queue hq: queue ServerSync-hq holds 0 messages, and its trigger of the function write is switched off',
  ],
  [
    'a trigger is gone',
    { deliveries: async () => new Map([[arnOf('ServerSync-branch'), 'Enabled']]) },
    'error queue hq: queue ServerSync-hq holds 0 messages, and nothing hands them to the function write',
  ],
  [
    'a schedule is switched off',
    { schedule: async (name) => (name === 'measure' ? 'DISABLED' : 'ENABLED') },
    'error schedule: schedule measure, which starts measuring, is switched off',
  ],
  [
    'a schedule is gone',
    { schedule: async (name) => (name === 'enumerate-hq' ? undefined : 'ENABLED') },
    'error schedule hq: schedule enumerate-hq, which starts its reading, is not there',
  ],
  [
    'nobody measures',
    { values: async (figures) => figures.map(() => []) },
    'error measured: nothing was measured in the last ten minutes',
  ],
  [
    'a function is switched off',
    {
      functionOf: async (name) => ({
        state: 'Active',
        lastUpdate: 'Successful',
        ...(name === 'write' && { reserved: 0 }),
      }),
    },
    'error function: function write is switched off: its reserved concurrency is 0',
  ],
  [
    'an update failed',
    {
      functionOf: async (name) => ({
        state: 'Active',
        lastUpdate: name === 'write' ? 'Failed' : 'Successful',
      }),
    },
    'error function: function write cannot be started: its last update failed',
  ],
  [
    'a function failed',
    {
      values: async (figures) =>
        figures.map(({ name, dimensions }) =>
          name === 'Measured' || (name === 'Errors' && dimensions['FunctionName'] === 'write') ? [2, 1] : [],
        ),
    },
    'warning failures: function write failed 3 times in the last 24 hours, and was not let start 0 times',
  ],
  [
    'the account has too little room',
    { concurrency: async () => 5 },
    'warning concurrency: the AWS account lets 5 functions be at work at once, and this installation has up to 9; others of the account need some too',
  ],
  [
    'a table cannot be put back',
    { isRecoverable: async (table) => table !== 'records' },
    'warning recovery: table records has no point-in-time recovery',
  ],
  [
    'an alarm is raised',
    { alarms: async (names) => names.map((name) => ({ ...alarm(name), isRaised: true })) },
    'warning alarm: alarm "something unusual - ServerSync" is raised now',
  ],
  [
    'an alarm is mute',
    {
      alarms: async (names) =>
        names.map((name) => ({ ...alarm(name), mayTell: !name.startsWith('something') })),
    },
    'warning alarm: alarm "something unusual - ServerSync" tells nobody: its actions are disabled',
  ],
  [
    'an alarm is gone',
    { alarms: async (names) => names.slice(1).map(alarm) },
    'warning alarm: alarm "something unusual - ServerSync" is not there',
  ],
  [
    'the mail is not confirmed',
    { subscribers: async () => [{ ...confirmed, isConfirmed: false }] },
    'warning alarm-mail: ops@example.com gets no alarm yet: the link in the mail of AWS was not followed',
  ],
  [
    'nobody is subscribed',
    { subscribers: async () => [] },
    'warning alarm-mail: ops@example.com gets no alarm: it is not subscribed, or somebody followed the link that ends it',
  ],
];

test.each(cases)('where %s that alone is said, with a remedy', async (_, reads, said) => {
  const all = await findings(reads);
  expect(shown(all)).toEqual([said]);
  expect(all.find(({ status }) => status !== 'ok')?.remedy).toMatch(/\w{4}/);
});

test('where a part of an alarm is raised, which tells of itself nobody, only the alarm is told', async () => {
  const all = await findings({
    alarms: async (names) => names.map((name) => ({ ...alarm(name), isRaised: true, hasActions: false })),
  });
  expect(shown(all)).toEqual([]);
});

test('where no address is configured nobody is told', async () => {
  expect(shown(await findings({}, text))).toEqual(['warning alarm-mail: nobody is told of alarms']);
});

const denied = async (): Promise<never> => {
  throw new AwsStateError(
    'state-denied',
    'topic t in region eu-west-1',
    'these credentials may not do sns:X',
    'Use others',
  );
};

describe('what these credentials may not do', () => {
  test('is named with its action, and the other checks are made', async () => {
    const all = await findings({ subscribers: denied });
    expect(shown(all)).toEqual([
      'unproven alarm-mail: not looked at: topic t in region eu-west-1: these credentials may not do sns:X',
    ]);
    expect(all).toHaveLength(18);
  });

  test('leaves of a queue what can be seen', async () => {
    const all = await findings({ deliveries: denied });
    expect(
      all.filter(({ check, server }) => check === 'queue' && server === 'hq').map(({ status }) => status),
    ).toEqual(['ok', 'unproven']);
  });
});

const signal = new AbortController().signal;
const asked = { ...askedOf({}), outputs: { DoctorFunction: 'doctor' } };
const look = (server: string, yaml = told): ReturnType<Inside> =>
  Promise.resolve(
    insideAnswer(parseConfiguration(yaml, 'serversync.yaml'), {
      server,
      findings: [{ check: 'account', status: 'ok', text: 'it logs in', server }],
      seen: [],
    }),
  );
const event = { writeProbe: false };

const statusWith = async (yaml: string) => {
  const { findings: all } = await looksFromInside(
    asked,
    (_, { server }) => look(server, yaml),
    event,
    signal,
  );
  return all.find(({ check }) => check === 'deployed')?.status;
};

describe('from inside', () => {
  test('each server is asked for by its name, and the findings are those of the function', async () => {
    const events: unknown[] = [];
    const { findings: all, looks } = await looksFromInside(
      asked,
      (name, sent) => {
        events.push([name, sent]);
        return look(sent.server);
      },
      { writeProbe: true, table: 'contacts' },
      signal,
    );
    expect(events).toEqual(
      ['hq', 'branch'].map((server) => ['doctor', { server, writeProbe: true, table: 'contacts' }]),
    );
    expect(all.map(({ check, server = '-' }) => `${server} ${check}`)).toEqual([
      'hq inside',
      'hq account',
      'branch inside',
      'branch account',
      '- deployed',
    ]);
    expect(looks.map(({ server }) => server)).toEqual(['hq', 'branch']);
  });

  test('a file that was changed since is told, but for its comments', async () => {
    expect(await statusWith(`# of the office\n${told}`)).toBe('ok');
    expect(await statusWith(told.replace('fm-hq', 'fm-other'))).toBe('warning');
  });

  test('a server of which the function cannot tell hides nothing of the other', async () => {
    const { findings: all } = await looksFromInside(
      asked,
      async (_, { server }) => (server === 'hq' ? { failure: 'Task timed out' } : look(server)),
      event,
      signal,
    );
    expect(shown(all)).toEqual(['error inside hq: not looked at from inside the stack: Task timed out']);
    expect(all.filter(({ server }) => server === 'branch')).toHaveLength(2);
  });

  test.each([
    ['see it: serversync doctor --write-probe', 'see it: serversync doctor --write-probe --stack ServerSync'],
    ['serversync plan counts it', 'serversync plan --stack ServerSync counts it'],
    ['npx cdk deploy', 'npx cdk deploy'],
  ])('the remedy %j names the command for the stack: %j', (remedy, expected) => {
    expect(ofStack({ check: 'same-keys', status: 'unproven', text: '', remedy }, asked).remedy).toBe(
      expected,
    );
  });

  test('of a stack without the function it is said that it has to be deployed once more', async () => {
    const older = { ...asked, outputs: {} };
    const { findings: all } = await looksFromInside(older, () => look('hq'), event, signal);
    expect(all).toMatchObject([
      { check: 'inside', status: 'error', remedy: expect.stringContaining('npx cdk deploy') },
    ]);
  });
});
