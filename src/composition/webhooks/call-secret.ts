/**
 * The secret of calls in AWS Secrets Manager: the stack makes it. While it is exchanged both count, the one of now and the one before.
 *
 *   R9  No error shows it.
 */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isFit } from './secret.ts';
import { namesOf, translated } from '../../state/aws/state-error.ts';

export type CallSecrets = {
  /** What webhooks are to carry; undefined: what was put there could be guessed, or no header can carry it. */
  readonly now: string | undefined;
  /** Each that counts. */
  readonly all: readonly string[];
};

/** Throws AwsStateError. */
export async function callSecrets(client: SecretsManagerClient, id: string): Promise<CallSecrets> {
  const [now, before] = await Promise.all([
    secretAt(client, id, 'AWSCURRENT'),
    secretAt(client, id, 'AWSPREVIOUS'),
  ]);
  const all = [now, before].flatMap((one) => (one !== undefined && isFit(one) ? one : []));
  return { now: all.find((one) => one === now), all };
}

async function secretAt(
  client: SecretsManagerClient,
  SecretId: string,
  VersionStage: 'AWSCURRENT' | 'AWSPREVIOUS',
): Promise<string | undefined> {
  const command = new GetSecretValueCommand({ SecretId, VersionStage });
  try {
    return (await translated('the secret of webhooks', () => client.send(command))).SecretString;
  } catch (error) {
    if (VersionStage === 'AWSPREVIOUS' && namesOf(error).includes('ResourceNotFoundException'))
      return undefined;
    throw error;
  }
}
