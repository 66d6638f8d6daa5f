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

const account = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** The account of a server cannot be had: what is wrong with its secret, and what to do. */
export class SecretError extends Error {
  readonly code: 'secret-missing' | 'secret-invalid' | 'secret-denied';
  readonly disposition = 'configuration';
  readonly server: ServerName;

  constructor(code: SecretError['code'], server: ServerName, name: string, found: string, cause?: unknown) {
    const remedy = `store it with: serversync secrets set ${server} --stack NAME`;
    super(`secret ${name} of server ${server} ${found}; ${remedy}`, cause === undefined ? {} : { cause });
    this.name = 'SecretError';
    this.code = code;
    this.server = server;
  }
}

export async function accountOf(
  client: SecretsManagerClient,
  prefix: string,
  server: ServerName,
): Promise<Credentials> {
  const name = `${prefix}${server}`;
  const text = await secretText(client, name, server);
  const read = account.safeParse(jsonOf(text));
  if (read.success) return read.data;
  const found = 'is not of the form {"username": "…", "password": "…"} (its value is not shown here)';
  throw new SecretError('secret-invalid', server, name, found);
}

async function secretText(client: SecretsManagerClient, name: string, server: ServerName): Promise<string> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString ?? '';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'ResourceNotFoundException' || error.name === 'InvalidRequestException') {
      throw new SecretError('secret-missing', server, name, 'does not exist, or was deleted', error);
    }
    if (error.name === 'AccessDeniedException') {
      throw new SecretError('secret-denied', server, name, 'may not be read by this role', error);
    }
    throw error;
  }
}
