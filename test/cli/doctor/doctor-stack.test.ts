/** `doctor --stack` as a process, over an AWS that shows a stack. */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { parseConfiguration } from '../../../src/config/load.ts';
import { insideAnswer } from '../../../src/doctor/inside-answer.ts';
import { configuration, openAwsBench, outputs, stackTrace } from '../support/aws-bench.ts';
import { type FakeStack, made, openFakeStack, testAlarm } from '../support/fake-stack.ts';

const mail = '\nalarms: { email: ops@example.com }\n';
const deployed = parseConfiguration(`${configuration}${mail}`, 'serversync.yaml');

const looked = (server: string) =>
  insideAnswer(deployed, {
    server,
    findings: [{ check: 'account', status: 'ok', text: 'its account logs in to file Main', server }],
    offset: { lo: -10, hi: 10 },
    seen: [],
  });

const answered = z.object({
  exitCode: z.number(),
  findings: z.array(
    z.object({ check: z.string(), status: z.string(), text: z.string(), server: z.string().optional() }),
  ),
});

type Given = {
  readonly options?: readonly string[];
  readonly isOlder?: boolean;
  readonly change?: (stack: FakeStack) => void;
};

async function doctor({ options = [], isOlder = false, change = () => undefined }: Given) {
  const functions = { WriteFunction: 'write-1', ...(!isOlder && { DoctorFunction: 'doctor-1' }) };
  await using bench = await openAwsBench({ ...outputs, ...functions });
  await appendFile(join(bench.directory, 'serversync.yaml'), mail);
  bench.aws.stacks.set('ServerSync', {
    status: 'CREATE_COMPLETE',
    outputs: { ...outputs, ...functions },
    made,
  });
  for (const server of ['hq', 'branch']) bench.aws.secrets.set(`serversync/${server}`, { value: '{}' });
  await using fake = await openFakeStack();
  fake.stack.inside = looked;
  change(fake.stack);
  const args = ['doctor', '--stack', 'ServerSync', '--json', ...options];
  const { code, stdout, stderr } = await bench.command(args, { variables: fake.variables });
  expect(stderr).not.toMatch(stackTrace);
  const { findings } = answered.parse(JSON.parse(stdout));
  const wrong = findings
    .filter(({ status }) => status !== 'ok')
    .map(({ check, text }) => `${check}: ${text}`);
  return { code, stderr, findings, wrong, stack: fake.stack };
}

test('of a stack with which all is well nothing is wrong, and each of its parts was looked at', async () => {
  const { code, wrong, findings, stderr, stack } = await doctor({});
  expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
  expect(new Set(findings.map(({ check }) => check))).toEqual(
    new Set([
      'schedule',
      'measured',
      'function',
      'failures',
      'concurrency',
      'recovery',
      'alarm',
      'alarm-mail',
      'deployed',
      'secret',
      'queue',
      'unreadable',
      'inside',
      'account',
      'skew',
    ]),
  );
  expect(stack.invoked).toEqual(['hq', 'branch'].map((server) => ({ server, writeProbe: false })));
  expect(stderr).toMatch(/^the stack$[^]*^hq {2}https:\/\/fm-hq[^]*^branch {2}https[^]*^between servers$/m);
});

test('each right that is missing is named, and no other check is left out for it', async () => {
  const rights = [
    'lambda:ListEventSourceMappings',
    'lambda:GetFunctionConfiguration',
    'lambda:GetAccountSettings',
    'lambda:InvokeFunction',
    'scheduler:GetSchedule',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'dynamodb:DescribeContinuousBackups',
    'sns:ListSubscriptionsByTopic',
  ];
  const { code, wrong, findings } = await doctor({
    change: ({ denied }) => {
      for (const one of rights) denied.add(one);
    },
  });
  expect(code).toBe(0);
  for (const right of rights) expect(wrong.join('\n')).toContain(`these credentials may not do ${right}`);
  expect(findings.filter(({ check }) => check === 'secret').map(({ status }) => status)).toEqual([
    'ok',
    'ok',
  ]);
});

test('what the function finds is what it ends with', async () => {
  const bad = {
    check: 'reachable',
    status: 'error',
    text: 'nothing answers',
    remedy: 'x',
    server: 'hq',
  } as const;
  const { code, wrong } = await doctor({
    options: ['--server', 'hq', '--table', 'contacts', '--write-probe'],
    change: (stack) => {
      stack.inside = () => insideAnswer(deployed, { server: 'hq', findings: [bad], seen: [] });
    },
  });
  expect({ code, wrong }).toEqual({ code: 3, wrong: ['reachable: nothing answers'] });
});

test('an answer that is not of this version, and a function that fails, are told as that', async () => {
  const { code, wrong } = await doctor({
    change: (stack) => {
      stack.inside = (server) => (server === 'hq' ? { look: 1 } : looked(server));
    },
  });
  expect(code).toBe(2);
  expect(wrong).toEqual([
    'inside: not looked at from inside the stack: it is of another version than this serversync',
  ]);
});

test('the test alarm is raised, and it is said where its mail has to come', async () => {
  const { code, wrong, stack } = await doctor({ options: ['--test-alarm'] });
  expect(stack.raised).toEqual([[testAlarm, 'ALARM']]);
  expect(code).toBe(0);
  expect(wrong).toEqual([
    expect.stringMatching(
      /^alarm-test: the alarm "this is only a test - ServerSync" was raised: .* to ops@example.com within/,
    ),
  ]);
});

test('no alarm is raised that was not asked for', async () => {
  const { stack } = await doctor({});
  expect(stack.raised).toEqual([]);
});

test('of a stack of an older release it is said that it has to be deployed once more', async () => {
  const { code, wrong, findings } = await doctor({
    isOlder: true,
    options: ['--test-alarm'],
    change: (stack) => {
      stack.hasTestAlarm = false;
    },
  });
  expect(code).toBe(2);
  expect(wrong).toEqual([
    'alarm-test: there is no alarm "this is only a test - ServerSync": the stack was deployed by an older serversync',
    'inside: the stack has no function doctor: it was deployed by an older serversync',
  ]);
  expect(findings.length).toBeGreaterThan(15);
});

test('a mail that was not confirmed is a warning', async () => {
  const { code, wrong } = await doctor({
    change: (stack) => {
      stack.subscription = 'PendingConfirmation';
    },
  });
  expect({ code, wrong }).toEqual({
    code: 1,
    wrong: ['alarm-mail: ops@example.com gets no alarm yet: the link in the mail of AWS was not followed'],
  });
});

test('--test-alarm without a stack is refused, with what there is on one machine', async () => {
  await using bench = await openAwsBench();
  const { code, stderr } = await bench.command(['doctor', '--test-alarm', '--json']);
  expect(code).toBe(2);
  expect(stderr).toContain('alarms that are mailed are those of a stack: name it with --stack');
  expect(bench.aws.actions).toEqual([]);
});
