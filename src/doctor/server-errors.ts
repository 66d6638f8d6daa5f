/** A server's errors as findings: which check each belongs to, and its remedy in FileMaker's own words. */
import { ServerError, type ServerErrorCode } from '../ports/server-errors.ts';
import { type CheckId, checks } from './catalogue.ts';
import { failed, type Found, wordsOf } from './finding.ts';

const checkByCode: Readonly<Record<ServerErrorCode, CheckId>> = {
  'server-unreachable': 'reachable',
  'not-filemaker': 'data-api',
  'certificate-untrusted': 'certificate',
  'account-refused': 'account',
  'sessions-exhausted': 'sessions',
  'data-limit-exceeded': 'data-api',
  'database-unavailable': 'file',
  'layout-missing': 'layout',
  'field-missing': 'fields',
  'script-missing': 'fields',
  'request-refused': 'data-api',
  'server-closed': 'reachable',
};

/** The Data API is switched off; the licence has expired. */
const ofTheApi = ['959', '1711'];

const checkOf = ({ code, fileMakerCode = '' }: ServerError): CheckId =>
  ofTheApi.includes(fileMakerCode) ? 'data-api' : checkByCode[code];

/** What these say is known better than what the check says in general. */
const ownRemedy: readonly ServerErrorCode[] = ['data-limit-exceeded', 'request-refused'];

export function findingOf(error: ServerError): Found {
  const check = checkOf(error);
  const { text, remedy } = wordsOf(error);
  const inGeneral = checks[check].remedy;
  return failed(check, text, ownRemedy.includes(error.code) ? (remedy ?? inGeneral) : inGeneral);
}

/** What was asked, or the server's error; any other is thrown on. */
export async function answered<T>(ask: () => Promise<T>): Promise<T | ServerError> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ServerError) return error;
    throw error;
  }
}
