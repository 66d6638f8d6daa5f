/**
 * What a server can do that stops work on it. Each says which server, what happened and what to do next.
 * `disposition` is what the loop that catches it does; the CLI turns it into an exit code.
 */
import type { EpochMs, ServerName } from '../core/names.ts';

export type Disposition =
  /** Work on this server ends for now; what is left stays in its batch rows. */
  | 'retry'
  /** The configuration (or the file on the server) has to change first. */
  | 'configuration';

export type ServerErrorCode =
  | 'server-unreachable'
  | 'not-filemaker'
  | 'certificate-untrusted'
  | 'account-refused'
  | 'sessions-exhausted'
  | 'data-limit-exceeded'
  | 'database-unavailable'
  | 'layout-missing'
  | 'field-missing'
  | 'script-missing'
  | 'request-refused'
  | 'server-closed';

const dispositions: Readonly<Record<ServerErrorCode, Disposition>> = {
  'server-unreachable': 'retry',
  'not-filemaker': 'retry',
  'certificate-untrusted': 'retry',
  'account-refused': 'retry',
  'sessions-exhausted': 'retry',
  'data-limit-exceeded': 'retry',
  'database-unavailable': 'retry',
  'layout-missing': 'configuration',
  'field-missing': 'configuration',
  'script-missing': 'configuration',
  'request-refused': 'retry',
  'server-closed': 'retry',
};

export class ServerError extends Error {
  readonly code: ServerErrorCode;
  readonly server: ServerName;
  readonly disposition: Disposition;
  /** FileMaker's own code where it gave one, such as `212`. */
  readonly fileMakerCode: string | undefined;
  /** Nothing is asked of it before. */
  readonly retryAt: EpochMs | undefined;

  /** `message`: lower case, the thing and the value, then what to do next; no record content, no credential. */
  constructor(
    code: ServerErrorCode,
    server: ServerName,
    message: string,
    options: {
      readonly fileMakerCode?: string;
      readonly retryAt?: EpochMs;
      readonly cause?: unknown;
      /** One table is concerned, not the server, though most errors of that code concern it. */
      readonly disposition?: Disposition;
    } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ServerError';
    this.code = code;
    this.server = server;
    this.disposition = options.disposition ?? dispositions[code];
    this.fileMakerCode = options.fileMakerCode;
    this.retryAt = options.retryAt;
  }
}
