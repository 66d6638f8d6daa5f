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
import type { Configuration } from '../config/configuration.ts';
import { loadConfiguration } from '../config/load.ts';
import { credentialsFromEnvironment, credentialVariables } from '../config/credentials.ts';
import { ConfigurationError } from '../config/problem.ts';
import { didYouMean } from '../config/suggest.ts';
import { namesOf } from '../state/aws/state-error.ts';
import { type Account, type Keyboard, readAccount } from './account-input.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { asOperator, operatorClient, regionOf } from './operator-request.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
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
  const { aws } = await configurationWith(options);
  const { secretPrefix } = await placesOf(options.stack ?? aws.stack);
  const account = assertUsable(server, await readAccount(server, username, keyboard));
  const name = `${secretPrefix}${server}`;
  const words = stored[await store(name, JSON.stringify(account))];
  output.line(`${words} ${name}\n    It is used within five minutes`);
  return exitCodes.inStep;
}

/** The configuration, which has the server. */
async function configurationWith({ configFile, server }: SecretsOptions): Promise<Configuration> {
  const configuration = await loadConfiguration(configFile);
  const names = configuration.servers.map(({ name }) => name);
  if (names.includes(server)) return configuration;
  throw new Refused(
    'no-such-server',
    `there is no server ${server} in ${configFile}. ${didYouMean(server, names)}Its servers are ${names.join(', ')}`,
  );
}

/** The same checks as for accounts that come from the environment, in other words. */
function assertUsable(server: string, account: Account): Account {
  const variables = credentialVariables(server);
  try {
    credentialsFromEnvironment([server], {
      [variables.username]: account.username,
      [variables.password]: account.password,
    });
    return account;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      place: problem.place === variables.username ? 'account name' : 'password',
    }));
    throw new ConfigurationError(problems, {
      what: `the account of server ${server}, which was not stored,`,
    });
  }
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
