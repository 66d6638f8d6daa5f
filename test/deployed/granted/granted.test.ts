import { describe, expect, test } from 'vitest';
import type { Statement } from '../emulator/deployed.ts';
import { type Access, compareGrants, judge } from './granted.ts';

const table = 'arn:aws:dynamodb:eu-west-1:123456789012:table/records';
const bucket = 'arn:aws:s3:::values';

const allow = (actions: readonly string[], ...resources: readonly string[]): Statement => ({
  Effect: 'Allow',
  Action: [...actions],
  Resource: [...resources],
});
const deny = (actions: readonly string[], ...resources: readonly string[]): Statement => ({
  ...allow(actions, ...resources),
  Effect: 'Deny',
});
const access = (action: string, resource: string, by = 'write'): Access => ({ by, action, resource });
const compared = (statements: readonly Statement[], ...used: readonly Access[]) =>
  compareGrants([{ by: 'write', statements }], used);

describe('the comparison of grants with what was asked for', () => {
  test('finds nothing where each grant was used and each use was granted', () => {
    const statements = [allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table)];
    const used = [access('dynamodb:GetItem', table), access('dynamodb:PutItem', table)];
    expect(compared(statements, ...used, ...used)).toEqual({ missing: [], unused: [], wildcards: [] });
  });

  test.each([
    ['of another action', allow(['dynamodb:GetItem'], table), access('dynamodb:PutItem', table)],
    ['of another resource', allow(['dynamodb:PutItem'], `${table}-2`), access('dynamodb:PutItem', table)],
    [
      'whose pattern ends early',
      allow(['s3:GetObject'], `${bucket}/a/*`),
      access('s3:GetObject', `${bucket}/b/1`),
    ],
    [
      'of as many characters but one',
      allow(['s3:GetObject'], `${bucket}/??`),
      access('s3:GetObject', `${bucket}/1`),
    ],
    [
      'with a dot that is no wildcard',
      allow(['s3:GetObject'], `${bucket}/a.b`),
      access('s3:GetObject', `${bucket}/axb`),
    ],
  ])('a grant %s is missing', (_how, statement, used) => {
    expect(compared([statement], used).missing).toEqual([used]);
  });

  test("another function's grant is missing here", () => {
    const used = access('dynamodb:PutItem', table, 'measure');
    const grants = [
      { by: 'write', statements: [allow(['dynamodb:PutItem'], table)] },
      { by: 'measure', statements: [] },
    ];
    expect(compareGrants(grants, [used]).missing).toEqual([used]);
  });

  test('what is denied is missing although it is allowed', () => {
    const used = access('dynamodb:PutItem', table);
    const statements = [allow(['dynamodb:PutItem'], table), deny(['dynamodb:*'], '*')];
    expect(compared(statements, used).missing).toEqual([used]);
  });

  test('one request under two missing grants is found once', () => {
    const used = access('dynamodb:PutItem', table);
    expect(compared([], used, used).missing).toEqual([used]);
  });

  test.each([
    ['s3:Get*', `${bucket}/values/*`, 's3:GetObject', `${bucket}/values/a/b`],
    ['s3:getobject', `${bucket}/?`, 's3:GetObject', `${bucket}/1`],
    ['*', '*', 's3:GetObject', `${bucket}/1`],
  ])('%s on %s covers %s on %s, and is a wildcard', (action, resource, used, on) => {
    expect(compared([allow([action], resource)], access(used, on))).toEqual({
      missing: [],
      unused: [],
      wildcards: [access(action, resource)],
    });
  });

  test('each action of a statement is unused on each resource on which nobody asked for it', () => {
    const statements = [allow(['dynamodb:GetItem', 'dynamodb:PutItem'], table, `${table}/index/*`)];
    expect(compared(statements, access('dynamodb:GetItem', table)).unused).toEqual([
      access('dynamodb:GetItem', `${table}/index/*`),
      access('dynamodb:PutItem', table),
      access('dynamodb:PutItem', `${table}/index/*`),
    ]);
  });
});

describe('a reason', () => {
  const findings = [access('logs:PutLogEvents', '*', 'write'), access('logs:PutLogEvents', '*', 'measure')];

  test('explains what its patterns cover, of every function that it names', () => {
    const reason = { access: access('logs:*', '*', '*'), reason: 'Lambda itself writes logs' };
    expect(judge(findings, [reason])).toEqual({ unexplained: [], idle: [] });
  });

  test('for one function leaves the finding of another unexplained', () => {
    const reason = { access: access('logs:*', '*', 'write'), reason: 'Lambda itself writes logs' };
    expect(judge(findings, [reason]).unexplained).toEqual([findings[1]]);
  });

  test('that explains nothing is told', () => {
    const reason = { access: access('xray:*', '*', '*'), reason: 'traces' };
    expect(judge(findings, [reason])).toEqual({ unexplained: findings, idle: [reason] });
  });
});
