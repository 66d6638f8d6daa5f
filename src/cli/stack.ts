/** A deployed installation, found by the name of its stack, with the operator's own AWS credentials. */
import { CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import type { AwsPlaces } from '../composition/aws-installation.ts';
import { namesOf } from '../state/aws/state-error.ts';
import { asOperator, operatorClient, regionOf } from './operator-request.ts';
import { Refused } from './refused.ts';

const given = z.string().min(1);

const outputsSchema = z.object({
  RecordsTable: given,
  ControlTable: given,
  Bucket: given,
  QueuePrefix: given,
  SecretPrefix: given,
});

/** Some are of later releases only. */
export type StackOutputs = Readonly<Record<string, string>> & z.output<typeof outputsSchema>;

/** Throws as `placesOf`. */
export async function outputsOf(stack: string): Promise<StackOutputs> {
  const found = await described(stack);
  const outputs = (found.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]);
  const read = outputsSchema.catchall(z.string()).safeParse(Object.fromEntries(outputs));
  if (!read.success) throw new Refused('stack-missing', notOurs(stack, found.StackStatus));
  return read.data;
}

/** Throws Refused where there is no such stack, or it is none of ours; AwsStateError where AWS cannot be asked. */
export async function placesOf(stack: string): Promise<AwsPlaces> {
  const { RecordsTable, ControlTable, Bucket, QueuePrefix, SecretPrefix } = await outputsOf(stack);
  return {
    installation: stack,
    recordsTable: RecordsTable,
    controlTable: ControlTable,
    bucket: Bucket,
    queuePrefix: QueuePrefix,
    secretPrefix: SecretPrefix,
  };
}

/** A stack has no outputs before it was made once, and none when that failed. */
const hasNone = /^(REVIEW|CREATE_IN_PROGRESS|CREATE_FAILED|ROLLBACK|DELETE)/;

const notOurs = (stack: string, status = ''): string =>
  hasNone.test(status)
    ? `stack ${stack} is not deployed: its state is ${status}. Look at its events in CloudFormation, then run npx cdk deploy`
    : `stack ${stack} is no stack of ServerSync. Look at its name: it is ServerSync unless it was deployed with -c stack=NAME`;

async function described(stack: string): Promise<Stack> {
  assertName(stack);
  const client = new CloudFormationClient(operatorClient);
  try {
    const region = await regionOf(client);
    const asked = { what: `stack ${stack}`, region, action: 'cloudformation:DescribeStacks' };
    const { Stacks } = await asOperator(asked, () => answered(client, stack));
    if (Stacks?.[0] !== undefined) return Stacks[0];
    throw new Refused(
      'stack-missing',
      `there is no stack ${stack} in region ${region} of this AWS account. Look at the name, AWS_REGION and AWS_PROFILE, or deploy it with npx cdk deploy`,
    );
  } finally {
    client.destroy();
  }
}

/** CloudFormation has no error of its own for a stack that is not there; the name is checked before. */
async function answered(
  client: CloudFormationClient,
  stack: string,
): Promise<{ Stacks?: Stack[] | undefined }> {
  try {
    return await client.send(new DescribeStacksCommand({ StackName: stack }));
  } catch (error) {
    if (namesOf(error).includes('ValidationError')) return {};
    throw error;
  }
}

function assertName(stack: string): void {
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stack)) return;
  throw new Refused(
    'stack-missing',
    `${JSON.stringify(stack)} cannot be the name of a stack. Write a letter, then letters, digits and -, such as --stack ServerSync`,
  );
}
