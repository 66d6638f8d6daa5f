/**
 * The servers' accounts in AWS Secrets Manager: one secret for each server, `{"username": "…", "password": "…"}`.
 *
 *   R9  No error shows what a secret holds.
 */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Credentials } from '../config/credentials.ts';
import { jsonOf } from '../core/json.ts';
import type { ServerName } from '../core/names.ts';
import { namesOf, translated } from '../state/aws/state-error.ts';

const account = z.object({ username: z.string().min(1), password: z.string().min(1) });

export type SecretCode = 'secret-missing' | 'secret-invalid' | 'secret-denied';

type Secret = { readonly name: string; readonly server: ServerName; readonly installation: string };

/** The account of a server cannot be had: what is wrong with its secret, and what to do. */
export class SecretError extends Error {
  readonly code: SecretCode;
  readonly disposition = 'configuration';
  readonly server: ServerName;

  constructor(code: SecretCode, { name, server, installation }: Secret, cause?: unknown) {
    const remedy = `store it with: serversync secrets set ${server} --stack ${installation}`;
    super(
      `secret ${name} of server ${server} ${found[code]}; ${remedy}`,
      cause === undefined ? {} : { cause },
    );
    this.name = 'SecretError';
    this.code = code;
    this.server = server;
  }
}

// A role may read secrets by their names with the ending that AWS gives each. One that does not exist has none, so that it
// mostly counts as one that may not be read.
const missingOrDenied = 'does not exist, or may not be read';

const found: Readonly<Record<SecretCode, string>> = {
  'secret-missing': missingOrDenied,
  'secret-denied': missingOrDenied,
  'secret-invalid': 'is not of the form {"username": "…", "password": "…"} (its value is not shown here)',
};

/** Throws SecretError, or AwsStateError where AWS did not answer. `installation`: the name of the stack, for the remedy. */
export async function accountOf(
  client: SecretsManagerClient,
  prefix: string,
  server: ServerName,
  installation = 'NAME',
): Promise<Credentials> {
  const secret = { name: `${prefix}${server}`, server, installation };
  const read = account.safeParse(jsonOf(await secretText(client, secret)));
  if (read.success) return read.data;
  throw new SecretError('secret-invalid', secret);
}

const codes = new Map<string, SecretCode>([
  ['ResourceNotFoundException', 'secret-missing'],
  // It was deleted, and can be restored for some days.
  ['InvalidRequestException', 'secret-missing'],
  ['AccessDeniedException', 'secret-denied'],
]);

async function secretText(client: SecretsManagerClient, secret: Secret): Promise<string> {
  const command = new GetSecretValueCommand({ SecretId: secret.name });
  try {
    const place = `secret ${secret.name} of server ${secret.server}`;
    const { SecretString } = await translated(place, () => client.send(command));
    return SecretString ?? '';
  } catch (error) {
    const code = namesOf(error)
      .map((name) => codes.get(name))
      .find((known) => known !== undefined);
    throw code === undefined ? error : new SecretError(code, secret, error);
  }
}
