/** FileMaker's own codes: what they are for whoever meets one in a message. Their words are those of the code that reads them. */
import { refusals } from '../core/refusals.ts';
import { classesOf } from '../filemaker/http/codes.ts';
import type { CodeClass } from '../filemaker/http/codes.ts';
import type { Entries, Family, Words } from './entry.ts';

/** What follows from an answer of that class. */
const follows: Readonly<Record<CodeClass, string>> = {
  again: 'The request is sent again by itself, up to five times, with growing waits.',
  againUnlessWrite:
    'A read is sent again. Whether a write was done is not known, so the record is looked up before anything else.',
  full: 'It goes on with the sessions that there are, and tries for more after half a minute.',
  token: 'A new session is opened once, and the request sent again.',
  account: 'Work on that server ends, and it is not tried again for 10 minutes.',
  database: 'Work on that server ends for this run; what waits is kept.',
  layout: 'That table is not read or written there until the layout is back.',
  field: 'That table is not read or written there until the field is back on the layout.',
  dataLimit: 'The server is left alone but for one request an hour.',
  locked:
    'A write waits alone and is tried again, after 30 seconds at first and an hour at most; a read is tried again. It is not parked.',
  moved: 'The record is read anew, merged with what is to be written, and written again.',
  missing:
    'The record is looked for by its key. On a list it means an empty one, on a delete that it is done.',
  noMatch: 'It is an empty answer, and no failure.',
  refused: 'A write parks that record, and the others go on. A read ends work on that server for this run.',
};

/** What is to be done where the advice itself says no more. */
const nothing = 'Nothing, as long as it passes. If it stays, look what the server is busy with at that time.';

const doing: Readonly<Record<CodeClass, string>> = {
  again: nothing,
  againUnlessWrite: nothing,
  full: 'See `sessions-exhausted`.',
  token:
    'Nothing, if it comes once. If it stays, compare upper and lower case of `database` with the file name in the Admin Console.',
  account: 'See `account-refused`.',
  database: 'See `database-unavailable`.',
  layout: 'See `layout-missing`.',
  field: 'See `field-missing`.',
  dataLimit: 'See `data-limit-exceeded`.',
  locked:
    'Nothing: it is written once the record is let go. If it stays for hours, somebody left it open: Admin Console, *Databases > Clients*.',
  moved: nothing,
  missing: 'Nothing: a record that is gone is looked for once more, and then counts as deleted.',
  noMatch: 'Nothing.',
  refused: 'Look it up under error codes in the FileMaker help.',
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const connecting: readonly (readonly [string, Words])[] = Object.entries(classesOf).map(
  ([code, { class: of, advice }]) => [
    code,
    { title: `${code}: ${advice}`, means: follows[of], do: doing[of] },
  ],
);

const refusing: readonly (readonly [string, Words])[] = Object.entries(refusals)
  .filter(([code]) => /^\d+$/.test(code) && !Object.hasOwn(classesOf, code))
  .map(([code, { cause, advice, passes }]) => [
    code,
    {
      title: `${code}: ${cause}`,
      means: `${follows.refused} ${passes ? 'It may pass by itself, and is tried again until it does.' : 'It does not pass by itself.'}`,
      do: sentence(advice),
      more: 'parked.md',
    },
  ]);

const entries: Entries<string> = Object.fromEntries(
  [...connecting, ...refusing].toSorted(([one], [other]) => Number(one) - Number(other)),
);

export const fileMakerCodes: Family = {
  heading: "In FileMaker's answers",
  seen: "As `answered 212: …`, and as the code of parked records. These are FileMaker's own codes; its help lists them all under error codes. A code from 1200 to 1299 says that a calculation of the file cannot be evaluated (look at *Evaluate* in fields and their options), one from 5000 to 5499 that a script of the file reverted the change (*Revert Transaction*), one such as `http-403` that a web server, proxy or firewall before FileMaker did not pass the request on. A code that is not here parks the record all the same.",
  prefix: 'filemaker-',
  entries,
};
