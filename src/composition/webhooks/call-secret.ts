/**
 * The secret of calls in AWS Secrets Manager: the stack makes it. While it is exchanged both count, the one of now and the one before.
 *
 *   R9  No error shows it.
 */
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { namesOf, translated } from '../../state/aws/state-error.ts';

/** The one that counts first; then the one before, where there was one. Throws AwsStateError. */
export async function callSecrets(client: SecretsManagerClient, id: string): Promise<readonly string[]> {
  const [now, before] = await Promise.all([
    secretAt(client, id, 'AWSCURRENT'),
    secretAt(client, id, 'AWSPREVIOUS'),
  ]);
  return [now, before].flatMap((one) => (one === undefined || one === '' ? [] : one));
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
