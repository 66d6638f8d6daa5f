/** A deployed installation, found by the name of its stack, with the operator's own AWS credentials. */
import { CloudFormationClient, DescribeStacksCommand, type Output } from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import type { AwsPlaces } from '../composition/aws-installation.ts';
import { namesOf, translated } from '../state/aws/state-error.ts';
import { Refused } from './refused.ts';

const given = z.string().min(1);

const outputsSchema = z.object({
  RecordsTable: given,
  ControlTable: given,
  Bucket: given,
  QueuePrefix: given,
  SecretPrefix: given,
});

/** Throws Refused where there is no such stack, or it is none of ours. */
export async function placesOf(stack: string): Promise<AwsPlaces> {
  const outputs = await outputsOf(stack);
  const read = outputsSchema.safeParse(
    Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])),
  );
  if (!read.success) {
    throw new Refused(
      'stack-missing',
      `stack ${stack} is no serversync stack: look at its name, and deploy with npx cdk deploy`,
    );
  }
  const { RecordsTable, ControlTable, Bucket, QueuePrefix, SecretPrefix } = read.data;
  return {
    installation: stack,
    recordsTable: RecordsTable,
    controlTable: ControlTable,
    bucket: Bucket,
    queuePrefix: QueuePrefix,
    secretPrefix: SecretPrefix,
  };
}

async function outputsOf(stack: string): Promise<readonly Output[]> {
  const client = new CloudFormationClient({});
  try {
    const command = new DescribeStacksCommand({ StackName: stack });
    const { Stacks } = await translated(`stack ${stack}`, () => client.send(command));
    return Stacks?.[0]?.Outputs ?? [];
  } catch (error) {
    // CloudFormation has no error of its own for a stack that is not there.
    if (!namesOf(error).includes('ValidationError')) throw error;
    const region = await client.config.region();
    throw new Refused(
      'stack-missing',
      `there is no stack ${stack} in region ${region}: look at the name, AWS_REGION and AWS_PROFILE, or deploy it with npx cdk deploy`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
}
