/** The secret of this machine's webhooks: made once and kept beside the state, or given by the environment. */
import { randomBytes } from 'node:crypto';
import { isFit, newSecret, shortestSecret } from '../../composition/webhooks/secret.ts';
import type { Environment } from '../../config/credentials.ts';
import { ConfigurationError } from '../../config/problem.ts';
import {
  readWebhookSecret,
  type WebhookSecret,
  writeWebhookSecret,
} from '../../state/local/webhook-secret.ts';

export const secretVariable = 'SERVERSYNC_WEBHOOK_SECRET';

/** Made where there is none; one of the environment that is another one than before takes its place. Throws ConfigurationError. */
export function ownSecret(directory: string, environment: Environment): WebhookSecret {
  const before = readWebhookSecret(directory);
  const given = givenIn(environment);
  if (before !== undefined && (given === undefined || given === before.secret)) return before;
  const { installation = randomBytes(6).toString('hex'), secret: former } = before ?? {};
  const now = { installation, secret: given ?? newSecret(), ...(former !== undefined && { former }) };
  writeWebhookSecret(directory, now);
  return now;
}

/** From now on another one counts; the former one too, until all webhooks carry the new one. Throws ConfigurationError where the environment gives it. */
export function anotherSecret(directory: string, environment: Environment): WebhookSecret {
  if (givenIn(environment) !== undefined)
    throw problem('given by the environment', `Set another one there, and start run --watch again`);
  const { installation, secret: former } = ownSecret(directory, environment);
  const now = { installation, secret: newSecret(), former };
  writeWebhookSecret(directory, now);
  return now;
}

/** Each webhook carries the new one: the one before counts no more. */
export function forgetFormer(directory: string, carried: string): void {
  const now = readWebhookSecret(directory);
  if (now?.former === undefined || now.secret !== carried) return;
  const { installation, secret } = now;
  writeWebhookSecret(directory, { installation, secret });
}

/** Throws ConfigurationError of one that is unfit. */
export function givenIn(environment: Environment): string | undefined {
  const given = environment[secretVariable];
  if (given === undefined || given === '') return undefined;
  if (isFit(given)) return given;
  throw problem(
    'a secret that could be guessed, or that no header can carry (not shown here)',
    `Set it to ${shortestSecret} letters and digits or more, or take it away: ServerSync makes one itself`,
  );
}

const problem = (message: string, remedy: string): ConfigurationError =>
  new ConfigurationError(
    [
      {
        place: secretVariable,
        position: undefined,
        value: undefined,
        code: 'config-webhook-secret',
        message,
        remedy,
      },
    ],
    { what: 'the environment' },
  );
