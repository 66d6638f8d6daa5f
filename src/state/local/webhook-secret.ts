/** The secret of this installation's webhooks and its name among others, in a file beside the state that only its user may read. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessing } from './private-files.ts';
import { StateFileError } from './state-file-error.ts';

export type WebhookSecret = {
  /** Names this installation in the addresses of its webhooks. */
  readonly installation: string;
  readonly secret: string;
  /** The one before: taken until every webhook carries the new one. */
  readonly former?: string;
};

export const webhookSecretName = 'webhook-secret.json';

/** Undefined before the first was made. Throws StateFileError. */
export function readWebhookSecret(directory: string): WebhookSecret | undefined {
  const path = join(directory, webhookSecretName);
  const text = accessing(path, () => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  });
  return text === undefined ? undefined : parsed(text, path);
}

/** Whole or not at all. */
export function writeWebhookSecret(directory: string, secret: WebhookSecret): void {
  const path = join(directory, webhookSecretName);
  accessing(path, () => {
    writeFileSync(`${path}.new`, `${JSON.stringify(secret)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  });
}

function parsed(text: string, path: string): WebhookSecret {
  const value = jsonOf(text);
  if (typeof value === 'object' && value !== null && 'installation' in value && 'secret' in value) {
    const { installation, secret } = value;
    const former = 'former' in value ? value.former : undefined;
    if (typeof installation === 'string' && typeof secret === 'string')
      return { installation, secret, ...(typeof former === 'string' && { former }) };
  }
  throw new StateFileError(
    'state-not-ours',
    path,
    'is not what ServerSync wrote',
    'Remove it: another secret is made, and the webhooks are renewed by the next run --watch',
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
