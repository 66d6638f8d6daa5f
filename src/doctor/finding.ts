/** What a look at the servers found: one line each, with what to do about it. */
import type { ServerName, TableName } from '../core/names.ts';
import type { ServerError } from '../ports/server-errors.ts';
import type { CheckId } from './catalogue.ts';

export type Status = 'ok' | 'warning' | 'error' | 'unproven';

export type Finding = {
  readonly check: CheckId;
  readonly status: Status;
  /** Absent where it is about several. */
  readonly server?: ServerName;
  readonly table?: TableName;
  /** A sentence without its full stop; no record content, no credential (R9). */
  readonly text: string;
  /** What to do, in FileMaker's own words. */
  readonly remedy?: string;
  /** What was measured or counted; durations end in `Ms`. */
  readonly figures?: Readonly<Record<string, number>>;
};

/** Without the place, which whoever looks there adds. */
export type Found = Omit<Finding, 'server' | 'table'>;

export const ok = (check: CheckId, text: string, figures?: Finding['figures']): Found => ({
  check,
  status: 'ok',
  text,
  ...(figures && { figures }),
});

type Complaint = (check: CheckId, text: string, remedy: string, figures?: Finding['figures']) => Found;

const complaint =
  (status: 'warning' | 'error'): Complaint =>
  (check, text, remedy, figures) => ({ check, status, text, remedy, ...(figures && { figures }) });

export const warning = complaint('warning');
export const failed = complaint('error');

/** Nothing is wrong as far as was looked; `remedy`: what would prove it. */
export const unproven = (check: CheckId, text: string, remedy?: string): Found => ({
  check,
  status: 'unproven',
  text,
  ...(remedy !== undefined && { remedy }),
});

/** What a server's error says: what happened, and what to do. */
export function wordsOf(error: ServerError): { readonly text: string; readonly remedy: string | undefined } {
  const at = error.message.indexOf('; ');
  if (at < 0) return { text: error.message, remedy: undefined };
  return { text: error.message.slice(0, at), remedy: capital(error.message.slice(at + 2)) };
}

export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
