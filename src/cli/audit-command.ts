/** `serversync audit`: who decided what, and when. Asks no server. */
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import type { Act, ActKind } from '../core/act.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { openToRead, type StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';
import { shownKey } from './shown-key.ts';
import { count } from '../composition/words.ts';
import { localTime } from './words.ts';
import { wrapped } from './wrapped.ts';

export type AuditOptions = StatePlace & { readonly output: Output; readonly limit: number };

/** Throws ConfigurationError, Refused, StateFileError or AwsStateError. */
export async function auditCommand(options: AuditOptions): Promise<ExitCode> {
  const { output, limit } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const acts = await state.control.acts(limit);
    if (acts.length === 0) output.line('nobody has decided anything yet');
    for (const line of acts.flatMap(actLines)) output.line(line);
    if (acts.length === limit)
      output.line(`at most ${count(limit, 'act')} shown, latest first (--limit shows more)`);
    output.json(() => ({ exitCode: exitCodes.inStep, acts }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

const indent = '    ';

function actLines({ at, by, what, ...of }: Act): readonly string[] {
  const about = [placeWords(of), ...detailsOf(of)].filter((part) => part !== '');
  return [
    `${localTime(at)}  ${actWords[what]}`,
    ...(about.length > 0 ? wrapped(about.join(', '), indent) : []),
    `${indent}by ${by}`,
  ];
}

const placeWords = ({ table, server }: Pick<Act, 'table' | 'server'>): string =>
  [table, server === undefined ? undefined : `on ${server}`].filter((one) => one !== undefined).join(' ');

const detailsOf = ({ key, records, how, about }: Omit<Act, 'at' | 'by' | 'what'>): readonly string[] => [
  ...(key === undefined ? [] : [`record ${shownKey(key)}`]),
  ...(records === undefined ? [] : [count(records, 'record')]),
  ...(how === undefined ? [] : [how]),
  ...(about === undefined ? [] : [`id ${about}`]),
];

/** What was done, a clause. */
export const actWords: Readonly<Record<ActKind, string>> = {
  approve: 'approved a halt',
  'put-back': 'answered a halt with put-back',
  dismiss: 'dismissed a halt',
  choose: 'chose in a conflict',
  undo: 'took a choice back',
  retry: 'had parked records tried again',
  restore: 'put a record back',
  forget: 'had a record forgotten',
  repair: 'repaired',
  pause: 'paused',
  resume: 'resumed',
};
