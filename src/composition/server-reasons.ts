/** Why a server cannot be worked on, by the code of its failure, and what to do. */
import type { Configuration } from '../config/configuration.ts';
import { type Api, inWordsOf } from '../core/api.ts';
import type { ServerName } from '../core/names.ts';
import type { ServerErrorCode } from '../ports/server-errors.ts';

/** In the words of the API that the server is spoken to by; the code itself where it is none of ours. */
export function reasonOf(code: string, api: Api): string {
  const known: Readonly<Record<string, string>> = reasons;
  const reason = Object.hasOwn(known, code) ? known[code] : undefined;
  return reason === undefined ? code : inWordsOf(api, reason);
}

/** Of a server that is not configured any more nothing is known. */
export const apiOf = ({ servers }: Pick<Configuration, 'servers'>, server: ServerName): Api =>
  servers.find(({ name }) => name === server)?.api ?? 'data';

/** The server's own words are in the logs of the functions, and at the end of a run. */
const reasons: Readonly<Record<ServerErrorCode, string>> = {
  'server-unreachable': 'it does not answer. Is it on, its Data API too, and the way there open?',
  'not-filemaker': 'what answers is no FileMaker Server with its Data API on. Look at its address',
  'certificate-untrusted': 'its certificate is not trusted. Install one of a known authority, or set caFile',
  'account-refused': 'it refuses the account, or there is no secret with one',
  'sessions-exhausted':
    'no session is free: others of the sync have them, one that died left some (for 16 minutes), or the server takes no more. If it stays so, raise sessions in the configuration, or close other Data API clients',
  'data-limit-exceeded': 'its licence lets it send no more (953): it is left alone but for one try an hour',
  'database-unavailable': 'the file cannot be opened. Look at its name, and whether it is open there',
  'layout-missing': 'a layout is missing. Create it, or correct its name in the configuration',
  'field-missing': 'a field is missing on a layout. Put it there, or correct its name in the configuration',
  'script-missing': 'a script is missing. Create it, or correct its name in the configuration',
  'request-refused': 'it refuses a request. The log has its words',
  'server-closed': 'the connection was closed in between. The next try opens another',
};
