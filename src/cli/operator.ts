/** Who gives a command, for the trail of acts. */
import { hostname, userInfo } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { InvalidArgumentError, Option } from 'commander';
import { asOperator, operatorClient, regionOf } from './operator-request.ts';

export type OperatorPlace = {
  /** The name of a deployed stack, if it is about one: then the operator is who AWS says that it is. */
  readonly stack?: string;
  /** The name that was given. */
  readonly as?: string;
};

/** For every command that changes something. */
export const asOption = (): Option =>
  new Option(
    '--as <name>',
    'who you are, for serversync audit (default: your account on this machine; with --stack, in AWS)',
  ).argParser(operatorName);

const longestName = 200;

function operatorName(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= longestName && !/\p{C}/u.test(name)) return name;
  throw new InvalidArgumentError(`Give a name of 1 to ${longestName} letters.`);
}

/** Throws AwsStateError where AWS cannot be asked. */
export async function operatorOf({ stack, as }: OperatorPlace): Promise<string> {
  if (as !== undefined) return as;
  return stack === undefined ? localOperator() : awsCaller();
}

/** An account without an entry in the list of users, as in a container, is told by its number. */
function localOperator(): string {
  const { username, uid } = accountHere();
  return `${username === '' ? `uid ${uid}` : username}@${hostname()}`;
}

function accountHere(): { readonly username: string; readonly uid: number } {
  try {
    return userInfo();
  } catch {
    return { username: '', uid: process.getuid?.() ?? -1 };
  }
}

/** The ARN of whose credentials these are: it takes no right to ask for it. */
async function awsCaller(): Promise<string> {
  const client = new STSClient(operatorClient);
  try {
    const asked = {
      what: 'who you are to AWS (or say it with --as NAME)',
      region: await regionOf(client),
      action: 'sts:GetCallerIdentity',
    };
    const { Arn } = await asOperator(asked, () => client.send(new GetCallerIdentityCommand({})));
    return Arn ?? 'unknown';
  } finally {
    client.destroy();
  }
}
