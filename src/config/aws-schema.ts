/** The section `aws` of `serversync.yaml`: what the deployed form needs beside the rest. Locally it has no effect. */
import { z } from 'zod';
import { distinct, distinctNames } from './aws-lists.ts';
import { stackNameMistake, standardStack } from './aws-stack-name.ts';
import { issueOf, refusedAs } from './custom-issue.ts';
import { checked } from './schema-parts.ts';
import type { Mistake } from './problem.ts';

const wellFormed =
  (pattern: RegExp, message: string, remedy: string) =>
  (value: string): Mistake | undefined =>
    pattern.test(value) ? undefined : { code: 'config-aws-value', message, remedy };

/** What CloudWatch Logs accepts: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const secrets = checked(
  wellFormed(
    /^[A-Za-z0-9_.+=-]+(\/[A-Za-z0-9_.+=-]+)*$/,
    'not a beginning of names of secrets',
    'Write letters, digits, _ . + = -, in parts with / between them and none at an end, such as serversync',
  ),
).refine(
  (value) => value.length <= 64,
  refusedAs({
    code: 'config-aws-value',
    message: 'too long',
    remedy: 'Write at most 64 letters: the name of the server comes after it',
  }),
);

const networkId = (kind: string, example: string) =>
  checked(
    wellFormed(new RegExp(`^${kind}-[0-9a-f]+$`), 'not an id of that kind', `Write one such as ${example}`),
  );

/** https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const mostPerFunction = { subnets: 16, securityGroups: 5 };

const vpc = z.strictObject({
  id: networkId('vpc', 'vpc-0abc1234').describe('Id of the VPC, such as vpc-0abc1234'),
  subnets: z
    .array(networkId('subnet', 'subnet-0abc1234').describe('Id of a subnet, such as subnet-0abc1234'))
    .min(1)
    .superRefine(distinct('subnets', mostPerFunction.subnets))
    .describe('List of private subnets, from which FileMaker and AWS can be reached'),
  securityGroups: z
    .array(networkId('sg', 'sg-0abc1234').describe('Id of a security group, such as sg-0abc1234'))
    .min(1)
    .superRefine(distinct('security groups', mostPerFunction.securityGroups))
    .optional()
    .describe('List of security groups; without it one is made that lets everything out and nothing in'),
});

const kmsKey = checked(
  wellFormed(
    /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/,
    'not the ARN of a key',
    'Write one such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab; an alias will not do',
  ),
);

/** A policy of a role has room for so many besides its other statements. */
const mostFormerKeys = 10;

const permissionsBoundary = checked(
  wellFormed(
    /^(arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+|[\w+=,.@-]{1,128})$/,
    'neither the ARN nor the name of a policy',
    'Write its name, or an ARN such as arn:aws:iam::123456789012:policy/boundary',
  ),
);

const alarmTopic = checked(
  wellFormed(
    /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    'not the ARN of a topic',
    'Write one such as arn:aws:sns:eu-west-1:123456789012:alerts (a standard topic)',
  ),
);

const tagSign = String.raw`[\p{L}\p{Z}\p{N}_.:/=+\-@]`;
const tagSigns = 'Write letters, digits, blanks and _ . : / = + - @';

const tagName = z.string().refine(
  (name) => new RegExp(`^(?!aws:)${tagSign}{1,128}$`, 'iu').test(name),
  refusedAs({
    code: 'config-aws-value',
    message: 'not a name that a tag can have',
    remedy: `${tagSigns}, at most 128, not beginning with aws:`,
  }),
);

const tagValue = checked(
  wellFormed(
    new RegExp(`^${tagSign}{0,256}$`, 'u'),
    'not text that a tag can hold',
    `${tagSigns}, at most 256`,
  ),
);

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
const mostTags = 50;

const awsShape = z.strictObject({
  stack: checked(stackNameMistake)
    .prefault(standardStack)
    .describe('Name of the installation and its stack, such as ServerSync; two in one account need two'),
  secrets: secrets
    .prefault('serversync')
    .describe('Beginning of the names of the secrets, such as serversync for serversync/hq'),
  vpc: vpc.optional().describe('A map with id and subnets of the VPC in which the functions run'),
  kmsKey: kmsKey
    .optional()
    .describe('ARN of your own KMS key for tables, values, queues, logs and alarms, in the same region'),
  formerKmsKeys: z
    .array(kmsKey.describe('ARN of a key that was aws.kmsKey once'))
    .superRefine(distinct('keys', mostFormerKeys))
    .default([])
    .describe('List of ARNs of keys that were aws.kmsKey once: what they encrypted can still be read'),
  permissionsBoundary: permissionsBoundary
    .optional()
    .describe('Name or ARN of the policy that bounds every role that is made'),
  tags: z
    .record(tagName, tagValue.describe('Value of the tag, text of at most 256 letters'))
    .superRefine(distinctNames('tags', mostTags))
    .default({})
    .describe(
      'Map of tags for what can have them, such as { department: sales }; no name may start with aws:',
    ),
  alarmTopic: alarmTopic
    .optional()
    .describe('ARN of a topic of yours that gets every alarm too, in the same region'),
  concurrency: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1_000)
    .describe(
      'A whole number from 1: how many functions the account may have at work at once (Service Quotas, AWS Lambda, Concurrent executions)',
    ),
  logRetention: z
    .literal(retentionDays)
    .default(30)
    .describe('How many days logs are kept; AWS knows only these numbers'),
});

export const awsSchema = awsShape
  .superRefine(({ kmsKey: current, formerKmsKeys }, issues) => {
    const index = current === undefined ? -1 : formerKmsKeys.indexOf(current);
    if (index < 0) return;
    const remedy = 'Take it out here: what it encrypts can be read anyway';
    const message = 'the key that aws.kmsKey names now';
    issues.addIssue({
      path: ['formerKmsKeys', index],
      ...issueOf({ code: 'config-twice', message, remedy }),
    });
  })
  .describe('A map of what concerns AWS only, such as { logRetention: 90 }');

export type AwsConfiguration = z.output<typeof awsSchema>;
