/** What was asked for cannot be done as it was asked: the message says what can. Nothing was done. */
export class Refused extends Error {
  readonly code:
    | 'simulation-refused'
    | 'not-halted'
    | 'unknown-name'
    | 'no-conflict'
    | 'not-chosen'
    | 'stack-missing'
    | 'region-missing'
    | 'no-such-server'
    | 'no-such-table'
    | 'not-parked'
    | 'no-record'
    | 'not-put-back'
    | 'not-forgotten'
    | 'not-exported'
    | 'no-account'
    | 'not-stored'
    | 'log-unwritable'
    | 'still-configured'
    | 'not-confirmed'
    | 'service-refused'
    | 'service-failed'
    | 'no-time'
    | 'no-terminal'
    | 'port-taken'
    | 'not-paused'
    | 'not-compared'
    | 'not-asked'
    | 'file-there'
    | 'nothing-shared';

  constructor(code: Refused['code'], message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.name = 'Refused';
    this.code = code;
  }
}
