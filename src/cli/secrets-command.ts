/**
 * `serversync secrets set SERVER`: stores a FileMaker account in AWS Secrets Manager. The password is asked for and not
 * shown, or read from stdin; it is never an argument, which the shell would keep.
 */
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { namesOf } from '../state/aws/state-error.ts';
import { type Keyboard, readAccount } from './account-input.ts';
import { assertUsable, configurationWith } from './accounts/usable-account.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { asOperator, operatorClient, regionOf } from './operator-request.ts';
import type { Output } from './output.ts';
import { placesOf } from './stack.ts';

export type SecretsOptions = {
  readonly configFile: string;
  /** Default: the one that the configuration names. */
  readonly stack?: string;
  readonly server: string;
  /** Asked for where it is undefined. */
  readonly username: string | undefined;
  readonly keyboard: Keyboard;
  readonly output: Output;
};

/** Throws Refused, ConfigurationError, AwsStateError or Stopped. Running it again does no harm. */
export async function setSecretCommand(options: SecretsOptions): Promise<ExitCode> {
  const { server, username, keyboard, output } = options;
  const { aws } = await configurationWith(options.configFile, server);
  const { secretPrefix } = await placesOf(options.stack ?? aws.stack);
  const account = assertUsable(server, await readAccount(server, username, keyboard));
  const name = `${secretPrefix}${server}`;
  const words = stored[await store(name, JSON.stringify(account))];
  output.line(`${words} ${name}\n    It is used within five minutes`);
  return exitCodes.inStep;
}

type Stored = 'created' | 'replaced' | 'restored';

const stored: Readonly<Record<Stored, string>> = {
  created: 'stored the account in the new secret',
  replaced: 'replaced the account in secret',
  restored: 'stored the account and kept the secret, which was to be deleted:',
};

async function store(name: string, SecretString: string): Promise<Stored> {
  const client = new SecretsManagerClient(operatorClient);
  try {
    const region = await regionOf(client);
    const ask = <Answer>(action: string, request: () => Promise<Answer>): Promise<Answer> =>
      asOperator({ what: `secret ${name}`, region, action: `secretsmanager:${action}` }, request);
    const before = await ask('DescribeSecret', () => stateOf(client, name));
    if (before === 'absent') {
      await ask('CreateSecret', () => client.send(new CreateSecretCommand({ Name: name, SecretString })));
      return 'created';
    }
    const where = { SecretId: name };
    if (before === 'deleted') await ask('RestoreSecret', () => client.send(new RestoreSecretCommand(where)));
    await ask('PutSecretValue', () => client.send(new PutSecretValueCommand({ ...where, SecretString })));
    return before === 'deleted' ? 'restored' : 'replaced';
  } finally {
    client.destroy();
  }
}

/** A secret that was deleted stays for days, in which no other can have its name. */
async function stateOf(
  client: SecretsManagerClient,
  SecretId: string,
): Promise<'absent' | 'deleted' | 'there'> {
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
    return DeletedDate === undefined ? 'there' : 'deleted';
  } catch (error) {
    if (namesOf(error).includes('ResourceNotFoundException')) return 'absent';
    throw error;
  }
}
