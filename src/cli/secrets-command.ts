/**
 * `serversync secrets set SERVER`: stores a FileMaker account in AWS Secrets Manager. The password is asked for and not
 * shown, or read from stdin; it is never an argument, which the shell would keep.
 */
import password from '@inquirer/password';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { createInterface } from 'node:readline/promises';
import { loadConfiguration } from '../config/load.ts';
import { credentialsFromEnvironment, credentialVariables } from '../config/credentials.ts';
import { namesOf, translated } from '../state/aws/state-error.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import type { Output } from './output.ts';
import { Refused } from './refused.ts';
import { placesOf } from './stack.ts';

export type SecretsOptions = {
  readonly configFile: string;
  readonly stack: string;
  readonly server: string;
  readonly username: string | undefined;
  readonly output: Output;
};

export async function setSecretCommand(options: SecretsOptions): Promise<ExitCode> {
  const { server, output } = options;
  const { servers } = await loadConfiguration(options.configFile);
  const names = servers.map(({ name }) => name);
  if (!names.includes(server)) {
    throw new Refused(
      'no-such-server',
      `no server ${server} in ${options.configFile}: the servers are ${names.join(', ')}`,
    );
  }
  const { secretPrefix } = await placesOf(options.stack);
  const account = await askAccount(server, options.username);
  const name = `${secretPrefix}${server}`;
  await store(name, JSON.stringify(account));
  output.line(`stored secret ${name}: it is used within five minutes`);
  return exitCodes.inStep;
}

async function askAccount(server: string, given: string | undefined) {
  const lines = process.stdin.isTTY ? undefined : await linesOfInput();
  const username = given ?? lines?.shift() ?? (await askUsername(server));
  const secret = lines?.shift() ?? (await password({ message: `Password of ${username} on ${server}` }));
  // The same checks as for accounts that come from the environment.
  const variables = credentialVariables(server);
  const environment = { [variables.username]: username, [variables.password]: secret };
  return credentialsFromEnvironment([server], environment).get(server);
}

async function linesOfInput(): Promise<string[]> {
  let text = '';
  for await (const part of process.stdin.setEncoding('utf8')) text += String(part);
  return text.split(/\r?\n/).filter((line) => line !== '');
}

async function askUsername(server: string): Promise<string> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await asking.question(`Account name on ${server}: `);
  } finally {
    asking.close();
  }
}

async function store(name: string, SecretString: string): Promise<void> {
  const client = new SecretsManagerClient({});
  const place = `secret ${name}`;
  try {
    await client.send(new CreateSecretCommand({ Name: name, SecretString }));
  } catch (error) {
    if (!namesOf(error).includes('ResourceExistsException')) {
      await translated(place, () => Promise.reject(error));
      return;
    }
    const command = new PutSecretValueCommand({ SecretId: name, SecretString });
    await translated(place, () => client.send(command));
  } finally {
    client.destroy();
  }
}
