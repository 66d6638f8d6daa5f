/** How many sessions a server gives at once, up to those configured; all are logged out again. */
import { count } from '../composition/words.ts';
import { inspectServer } from '../composition/connect.ts';
import type { Account } from '../filemaker/http/account.ts';
import { ServerError } from '../ports/server-errors.ts';
import { checks } from './catalogue.ts';
import { type Found, ok, warning } from './finding.ts';
import type { LookOptions } from './look.ts';
import { answered, findingOf } from './server-errors.ts';

/** Called with no other session open. */
export async function sessionsFinding(
  { server: { api, sessions }, address }: LookOptions,
  account: Account,
  database: string,
  signal: AbortSignal,
): Promise<Found> {
  // Asked once: one that is not given now is what is looked for.
  const one = { ...address, api, account, retry: { attempts: 1 } };
  const inspections = Array.from({ length: sessions }, () => inspectServer(one));
  try {
    const answers = await Promise.all(
      inspections.map((inspection) => answered(() => inspection.layouts(database, signal))),
    );
    const refused = answers.filter((answer) => answer instanceof ServerError);
    const other = refused.find(({ code }) => code !== 'sessions-exhausted');
    return other === undefined ? given(sessions, sessions - refused.length) : findingOf(other);
  } finally {
    await Promise.all(inspections.map((inspection) => inspection.close()));
  }
}

function given(asked: number, got: number): Found {
  const figures = { asked, given: got };
  if (got === asked)
    return ok(
      'sessions',
      `${count(got, 'session')} given at once, as many as configured; no more were tried`,
      figures,
    );
  const text = `${got} of ${count(asked, 'session')} given at once; the configuration says that so many may be open`;
  return warning('sessions', text, checks.sessions.remedy, figures);
}
