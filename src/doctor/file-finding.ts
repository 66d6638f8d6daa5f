/** Why a file cannot be worked with: it is not open there, or the account may not open it this way. */
import { didYouMean } from '../config/suggest.ts';
import type { Inspection } from '../ports/inspection.ts';
import { ServerError } from '../ports/server-errors.ts';
import { checks } from './catalogue.ts';
import { failed, type Found } from './finding.ts';
import { answered, findingOf } from './server-errors.ts';

export async function fileFinding(
  inspection: Inspection,
  error: ServerError,
  file: string,
  signal: AbortSignal,
): Promise<Found> {
  const found = findingOf(error);
  if (found.check !== 'file') return found;
  const open = await answered(() => inspection.databases(signal));
  if (open instanceof ServerError || open.includes(file)) {
    // It is listed: then it is the account that may not open it this way.
    return failed('account', found.text, `${checks.account.remedy} ${checks.file.remedy}`);
  }
  const there = open.length === 0 ? 'no file' : open.join(', ');
  const text = `no file ${file} is open there for this account; there is ${there}`;
  return failed('file', text, `${didYouMean(file, open)}${checks.file.remedy}`);
}
