/** What was deployed, read back through services for which the project carries no client. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { z } from 'zod';
import { clientEnvironment } from './environment.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('deployed.py', import.meta.url));

const schedule = z.looseObject({
  Name: z.string(),
  GroupName: z.string(),
  State: z.enum(['ENABLED', 'DISABLED']),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  Target: z.looseObject({ Arn: z.string(), RoleArn: z.string(), Input: z.string().default('{}') }),
});

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);

/** NotAction, NotResource and NotPrincipal are not read: strict, so that they stop the test. */
const statement = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Resource: texts,
  Condition: z.record(z.string(), z.unknown()).optional(),
});

const policy = z.object({
  name: z.string(),
  document: z.looseObject({ Statement: z.union([statement.transform((one) => [one]), z.array(statement)]) }),
});

export type Schedule = z.infer<typeof schedule>;
export type Statement = z.infer<typeof statement>;
export type Policy = z.infer<typeof policy>;

export async function readSchedules(url: string): Promise<readonly Schedule[]> {
  return z.array(schedule).parse(await read(url, 'schedules'));
}

/** The inline and attached policies of each role, by the role's name. */
export async function readPolicies(
  url: string,
  roles: readonly string[],
): Promise<Readonly<Record<string, readonly Policy[]>>> {
  return z.record(z.string(), z.array(policy)).parse(await read(url, 'roles', ...roles));
}

async function read(url: string, ...args: readonly string[]): Promise<unknown> {
  const env = { ...clientEnvironment(url), PYTHONDONTWRITEBYTECODE: '1' };
  const { stdout } = await run('python3', [program, ...args], { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}
