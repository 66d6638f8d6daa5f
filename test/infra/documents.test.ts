/** What the pages tell people to copy, against what the stack makes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { testAlarmName } from '../../src/config/aws-parts.ts';
import { office, resourcesOf, templateOf } from './support/synthesised.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

const texts = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const policySchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.object({ Sid: z.string(), Effect: z.literal('Allow'), Action: texts, Resource: texts }),
  ),
});

const policies = [...page('security.md').matchAll(/```json\n(.*?)```/gs)].map(([, text = '']) =>
  policySchema.parse(JSON.parse(text)),
);
const named = policies.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => Resource));
const ids = Object.keys(resourcesOf(templateOf(office)));

/** AWS puts the stack before the logical id and something of its own behind it. */
const physical = (id: string): string =>
  `ServerSync-${ids.find((one) => one.startsWith(id)) ?? 'none'}-1A2B3C`;

const covers = (pattern: string, name: string): boolean =>
  new RegExp(`[/:]${pattern.replace(/^.*[/:](?=[^/:]*$)/, '').replaceAll('*', '.*')}$`).test(`/${name}`);

test('the policies are what IAM takes for one', () => {
  expect(policies).toHaveLength(2);
  for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThan(6144);
});

test.each([
  'StateRecords',
  'StateControl',
  'SchedulesRole',
  'FunctionsWriteFunction',
  'FunctionsDoctorFunction',
  'NoticesTopic',
])('the policies name %s as AWS will call it', (id) => {
  const text = page('security.md');
  const patterns = [...named, ...(text.match(/arn:aws:lambda:[^"]*/g) ?? [])];
  expect(patterns.filter((pattern) => covers(pattern, physical(id)))).not.toEqual([]);
});

test('the policies name the objects of the bucket as AWS will call it', () => {
  const bucket = physical('Values').toLowerCase();
  const pattern = named.find((one) => one.startsWith('arn:aws:s3:::')) ?? '';
  expect(`arn:aws:s3:::${bucket}/values/abc`).toMatch(new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
});

test('the policy that lets the mail be tried covers the alarm that is for it, and no other', () => {
  const pattern = named.find((one) => one.includes(':alarm:')) ?? '';
  expect(covers(pattern, testAlarmName('ServerSync'))).toBe(true);
  expect(covers(pattern, testAlarmName('North'))).toBe(false);
  expect(covers(pattern, 'nobody measures - ServerSync')).toBe(false);
});

test('the alarm, the log groups and the outputs that the page on AWS names are there', () => {
  const text = page('aws.md');
  const template = templateOf(office);
  const alarm = /--alarm-name "([^"]*)"/.exec(text)?.[1];
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: alarm });
  template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/serversync/ServerSync/enumerate' });
  expect(text).toContain('/serversync/ServerSync/enumerate');
  const outputs = new Set([...text.matchAll(/\boutputs (\w+)/g)].map(([, output = '']) => output));
  expect([...outputs].toSorted()).toEqual(['Bucket', 'ControlTable', 'RecordsTable', 'WriteFunction']);
  expect(Object.keys(template.findOutputs('*'))).toEqual(expect.arrayContaining([...outputs]));
});
