/** All entries, in the order in which people meet them. */
import { didYouMean } from '../config/suggest.ts';
import { attention } from './attention.ts';
import { onAws } from './aws.ts';
import { commands } from './commands.ts';
import { configuration } from './configuration.ts';
import { consoleAnswers } from './console.ts';
import { doctor } from './doctor.ts';
import type { Entry, Family } from './entry.ts';
import { fileMakerCodes } from './filemaker-codes.ts';
import { halts } from './halts.ts';
import { lines } from './lines.ts';
import { parked } from './parked.ts';
import { servers } from './servers.ts';
import { stateHere, stateOnAws } from './state.ts';
import { verify } from './verify.ts';

export const families: readonly Family[] = [
  servers,
  configuration,
  fileMakerCodes,
  lines,
  halts,
  parked,
  attention,
  verify,
  doctor,
  commands,
  consoleAnswers,
  ...onAws,
  stateHere,
  stateOnAws,
];

export const entriesOf = (family: Family): readonly Entry[] =>
  Object.entries(family.entries).map(([code, words]) => ({
    ...words,
    id: `${family.prefix}${code}`,
    code,
    family,
  }));

export const allEntries: readonly Entry[] = families.flatMap(entriesOf);

/** Those that go by this code, or that very one where its whole name is given; none where there is no such. */
export function entriesFor(code: string): readonly Entry[] {
  const wanted = code.toLowerCase();
  const whole = allEntries.filter(({ id }) => id.toLowerCase() === wanted);
  const alike = allEntries.filter((one) => one.code.toLowerCase() === wanted && !whole.includes(one));
  return [...whole, ...alike];
}

/** What to answer where there is none. */
export const unknownCode = (code: string): string =>
  `there is no code ${JSON.stringify(code)}. ${didYouMean(
    code,
    allEntries.map((one) => one.code),
  )}serversync explain lists all`;
