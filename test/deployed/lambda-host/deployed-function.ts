/** A function as it was deployed: its configuration, and its code unpacked from CDK's bucket of assets. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type FunctionConfiguration,
  GetFunctionCommand,
  type LambdaClient,
  paginateListFunctions,
} from '@aws-sdk/client-lambda';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import { account, region } from '../emulator/environment.ts';

const run = promisify(execFile);

/** Of CDK's default bootstrap. */
const assetBucket = `cdk-hnb659fds-assets-${account}-${region}`;

const configuration = z.object({
  FunctionName: z.string(),
  FunctionArn: z.string(),
  Role: z.string(),
  Runtime: z.string(),
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  CodeSha256: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).optional(),
});

export type DeployedFunction = {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  readonly runtime: string;
  readonly handler: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  /** The same for as long as neither code nor configuration changes. */
  readonly fingerprint: string;
};

export async function listFunctions(lambda: LambdaClient): Promise<readonly DeployedFunction[]> {
  const found: FunctionConfiguration[] = [];
  for await (const page of paginateListFunctions({ client: lambda }, {}))
    found.push(...(page.Functions ?? []));
  return found.filter(({ Runtime }) => Runtime?.startsWith('nodejs')).map(read);
}

function read(found: FunctionConfiguration): DeployedFunction {
  const known = configuration.parse(found);
  return {
    name: known.FunctionName,
    arn: known.FunctionArn,
    roleArn: known.Role,
    runtime: known.Runtime,
    handler: known.Handler,
    timeoutMs: known.Timeout * 1000,
    memoryMb: known.MemorySize,
    variables: known.Environment?.Variables ?? {},
    fingerprint: JSON.stringify(known),
  };
}

/** Unpacks the code into `directory`. */
export async function fetchCode(
  { lambda, s3 }: { readonly lambda: LambdaClient; readonly s3: S3Client },
  name: string,
  directory: string,
): Promise<void> {
  const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
  // The emulator makes up the host of the location; its last part is the key of the asset.
  const key = new URL(Code?.Location ?? '').pathname.split('/').at(-1);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: assetBucket, Key: key }));
  if (Body === undefined) throw new Error(`the code of ${name} is empty`);
  await mkdir(directory, { recursive: true });
  const zip = join(directory, '.deployed.zip');
  await writeFile(zip, await Body.transformToByteArray());
  await run('python3', ['-m', 'zipfile', '-e', zip, directory]);
}
