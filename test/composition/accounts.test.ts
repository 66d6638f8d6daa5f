import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, expect, test } from 'vitest';
import { accountOf } from '../../src/composition/accounts.ts';
import type { Credentials } from '../../src/config/credentials.ts';
import { type Answer, type AwsAnswering, awsAnswering } from './aws-answering.ts';

const opened: { readonly aws: AwsAnswering; readonly client: SecretsManagerClient }[] = [];

afterEach(async () => {
  for (const { aws, client } of opened.splice(0)) {
    client.destroy();
    await aws.stop();
  }
});

const region = 'eu-west-1';
const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };

/** What comes of a secret of which AWS says this. */
async function asked(answer: Answer, installation?: string): Promise<Credentials> {
  const aws = await awsAnswering(() => answer);
  const client = new SecretsManagerClient({ endpoint: aws.endpoint, region, credentials, maxAttempts: 1 });
  opened.push({ aws, client });
  return accountOf(client, 'serversync/', 'hq', installation);
}

const failing = (name: string, status = 400): Answer => ({
  status,
  body: { __type: name, message: 'said by AWS' },
});

const holding = (SecretString: string): Answer => ({ status: 200, body: { SecretString } });

test('an account is read from its secret', async () => {
  const account = { username: 'sync', password: 'x' };
  expect(await asked(holding(JSON.stringify(account)))).toStrictEqual(account);
});

test.each([
  // IAM judges a secret that does not exist by its name, which no pattern of the role matches.
  { name: 'AccessDeniedException', code: 'secret-denied' },
  { name: 'ResourceNotFoundException', code: 'secret-missing' },
])('$name is $code, and in both cases the secret may not be there at all', async ({ name, code }) => {
  await expect(asked(failing(name), 'Sync-Prod')).rejects.toMatchObject({
    code,
    message:
      'secret serversync/hq of server hq does not exist, or may not be read; store it with: serversync secrets set hq --stack Sync-Prod',
  });
});

test('a secret that is being deleted is missing', async () => {
  const said = asked(failing('InvalidRequestException'), 'Sync-Prod');
  await expect(said).rejects.toMatchObject({
    code: 'secret-missing',
    message: expect.stringContaining('serversync secrets set hq --stack Sync-Prod'),
  });
});

test('R9: a secret of another form is told without what it holds, and with a stack to be filled in where none is given', async () => {
  const said = asked(holding('{"user":"Ann","password":"hunter2"}'));
  await expect(said).rejects.toMatchObject({
    code: 'secret-invalid',
    message: expect.stringMatching(/^(?!.*(Ann|hunter2)).*serversync secrets set hq --stack NAME$/s),
  });
});

test.each([
  { name: 'ThrottlingException', status: 400, code: 'state-busy', disposition: 'retry' },
  { name: 'InternalServiceError', status: 500, code: 'state-busy', disposition: 'retry' },
  { name: 'DecryptionFailure', status: 400, code: 'state-refused', disposition: 'configuration' },
  { name: 'Unheard', status: 400, code: 'state-refused', disposition: 'configuration' },
])('$name is told with its place as $code', async ({ name, status, code, disposition }) => {
  await expect(asked(failing(name, status))).rejects.toMatchObject({
    code,
    disposition,
    message: expect.stringMatching(/^secret serversync\/hq of server hq: /),
  });
});

test('an AWS that hangs up is told with its place, and passes by itself', async () => {
  await expect(asked('hang-up')).rejects.toMatchObject({
    code: 'state-unreachable',
    disposition: 'retry',
    message: expect.stringMatching(/^secret serversync\/hq of server hq: /),
  });
});
