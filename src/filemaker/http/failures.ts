/** The server's errors in words: which server, what happened, what to do. No content, no credential, no path (R9). */
import { type Api, inWordsOf } from '../../core/api.ts';
import { dataLimitRemedy } from '../../core/data-use.ts';
import type { ServerName } from '../../core/names.ts';
import { ServerError } from '../../ports/server-errors.ts';
import type { Answer, Envelope, NoEnvelope } from './answer.ts';
import { type CodeClass, meaningOf } from './codes.ts';
import type { ServerErrorCode } from '../../ports/server-errors.ts';

/** What a request was about, for messages. */
export type Place = {
  readonly server: ServerName;
  readonly origin: string;
  readonly api: Api;
  /** Empty: of no file, as where files are listed. */
  readonly database?: string;
  readonly layout?: string;
};

const inWords = ({ api }: Pick<Place, 'api'>, text: string): string => inWordsOf(api, text);

export function named(place: Place): string {
  const layout = place.layout === undefined ? '' : `${inWords(place, 'layout')} "${place.layout}" of `;
  const database = (place.database ?? '') === '' ? '' : `database "${place.database}" on `;
  return `${layout}${database}server "${place.server}"`;
}

const errorCodes: Readonly<Record<CodeClass, ServerErrorCode>> = {
  again: 'request-refused',
  againUnlessWrite: 'request-refused',
  full: 'sessions-exhausted',
  token: 'request-refused',
  account: 'account-refused',
  database: 'database-unavailable',
  layout: 'layout-missing',
  field: 'field-missing',
  dataLimit: 'data-limit-exceeded',
  locked: 'database-unavailable',
  moved: 'request-refused',
  missing: 'request-refused',
  noMatch: 'request-refused',
  refused: 'request-refused',
};

const remedies: Readonly<Partial<Record<CodeClass, string>>> = {
  dataLimit: dataLimitRemedy,
  layout: 'create it, or correct its name in the configuration (upper and lower case count)',
  field: 'put it on the layout, or correct its name in the configuration',
  token: 'log in gave a token that the server does not take: check upper and lower case of the database name',
  full: 'lower `sessions` of this server in the configuration, or close other Data API clients or raise the limit in the Admin Console',
};

/** The error for a code that is no outcome of its own. */
export function codeFailure(place: Place, { code }: Pick<Envelope, 'code'>, tries = 1): ServerError {
  const meaning = meaningOf(code);
  const remedy = remedies[meaning.class];
  const often = tries > 1 ? `, tried ${tries} times` : '';
  const message = `${named(place)} answered ${code}: ${inWords(place, meaning.advice)}${often}`;
  return new ServerError(
    errorCodes[meaning.class],
    place.server,
    remedy === undefined ? message : `${message}; ${inWords(place, remedy)}`,
    { fileMakerCode: code },
  );
}

/** What to do where it is not the authority that is unknown. */
const certificateRemedies: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired: install a new one on the server',
  CERT_NOT_YET_VALID: 'it is not valid yet: look at its dates, and at the clock of this machine',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'it is for another name: write the address with the name that it was made for',
};

export function untrusted(place: Place, reason: string): ServerError {
  const remedy =
    certificateRemedies[reason] ??
    'install one from a known authority, or name its authority as `caFile` of this server in the configuration';
  return new ServerError(
    'certificate-untrusted',
    place.server,
    `the certificate of server "${place.server}" at ${place.origin} is not trusted (${reason}); ${remedy}`,
  );
}

/** The error for an answer that did not come, or came from something else than the Data API. */
export function noAnswer(place: Place, answer: NoEnvelope, tries: number): ServerError {
  if (answer.kind === 'untrusted') return untrusted(place, answer.reason);
  return new ServerError(
    'server-unreachable',
    place.server,
    `server "${place.server}" at ${place.origin} did not answer, tried ${tries} times: ${answer.reason}; ` +
      inWords(
        place,
        'check the address, that the server runs, that its Data API is on, and the network in between',
      ),
  );
}

export function notFileMaker(place: Place, what: string): ServerError {
  return new ServerError(
    'not-filemaker',
    place.server,
    `server "${place.server}" at ${place.origin} is no FileMaker Server with its ${inWords(place, 'Data API')} on: ${what}; ` +
      inWords(place, 'check the address, and enable the Data API in the Admin Console'),
  );
}

/** An answer that came but has not the form that the reference gives it. */
export function unreadable(place: Place, what: string): ServerError {
  return new ServerError(
    'request-refused',
    place.server,
    `${named(place)} answered in a form that cannot be read: ${what}; check its FileMaker Server version`,
  );
}

/** A record of which a field is nothing that a field can be. Other tables are not concerned. */
export function unreadableRecord(place: Place, recordId: string, field: string): ServerError {
  return new ServerError(
    'request-refused',
    place.server,
    `${named(place)} shows record ${recordId} in a form that cannot be read: field "${field}" is neither text nor a number; ` +
      'look at that field of the record in FileMaker (Get ( RecordID ) tells which it is)',
    { disposition: 'configuration' },
  );
}

export function tooManyFields(place: Place): ServerError {
  return new ServerError(
    'request-refused',
    place.server,
    `${named(place)} has too many fields for one address, and its server takes no batch and shows no record ids unasked; ` +
      'update the server to FileMaker Server 22.0.4 or later, or sync fewer fields of it',
    { disposition: 'configuration' },
  );
}

export function fieldMissing(place: Place, field: string): ServerError {
  const put = inWords(place, 'put it on the layout, or correct its name');
  return new ServerError(
    'field-missing',
    place.server,
    `field "${field}" is not in the records of ${named(place)}; ${put}`,
  );
}

export const closed = (server: ServerName): ServerError =>
  new ServerError('server-closed', server, `the connection to server "${server}" is closed; open a new one`);

export const exhausted = (place: Place, capacity: number, tries: number): ServerError =>
  new ServerError(
    'sessions-exhausted',
    place.server,
    `server "${place.server}" has no session to give, tried ${tries} times: all ${capacity} configured are in use by ` +
      `other runs or were left by one that died (for 16 minutes), or the server's own limit is reached; ` +
      `raise \`sessions\` of this server in the configuration, or close other Data API clients (Admin Console)`,
  );

export const noAccount = (server: ServerName): ServerError =>
  new ServerError(
    'account-refused',
    server,
    `there is no account for server "${server}": give its name and password`,
  );

/** The token counts no more; the request was not done. */
export const isInvalid = (answer: Answer): boolean =>
  answer.kind === 'envelope' && meaningOf(answer.code).class === 'token';
