/**
 * Why records are parked: what each code says in words, what to look at, and whether the cause may pass by itself, so that it is
 * worth while to try again though nobody touched the record. docs/parked.md shows the same table (a test compares the two).
 *
 * FileMaker's codes and their texts: help.claris.com pro-help error-codes. What a code means for a write, and that it may pass,
 * is read from the text (assumed). It passes where it depends on other records or files, which may arrive or change later: a
 * parent, the record that has the same value, a file that is closed. A field's own options, privileges and the configuration
 * change only by somebody's hand.
 */
import type { FieldType } from './link.ts';
import type { EpochMs } from './names.ts';

export type Refusal = {
  readonly cause: string;
  /** What to look at or do, in FileMaker unless it says where. */
  readonly advice: string;
  readonly passes: boolean;
  /** The types of field that can be meant; empty where it is about no field. */
  readonly types: readonly FieldType[];
};

const any: readonly FieldType[] = ['text', 'number', 'date', 'time', 'timestamp'];

const passing = (cause: string, advice: string, types: readonly FieldType[] = []): Refusal => ({
  cause,
  advice,
  passes: true,
  types,
});
const lasting = (cause: string, advice: string, types: readonly FieldType[] = []): Refusal => ({
  ...passing(cause, advice, types),
  passes: false,
});

const privileges = 'look at the privilege set of the account that the sync uses (Manage > Security)';
const options = 'look at the validation of the field (Manage > Database > Fields > Options)';
const related =
  'see that the related record is there too: its table must be synced as well, and where the related record is outside the share of that server, the where of this table must leave this record out too';
const calls = 'a proxy in between may have changed the request; else report it';

export const refusals = {
  '3': lasting(
    'a command is not available',
    'look for script steps of the layout or the file that do not run on a server',
  ),
  '6': lasting('the file is read-only', 'look at the rights of the file and its folder on the server'),
  '9': lasting('insufficient privileges', privileges),
  '10': lasting('requested data is missing, such as the authorisation header', 'look at proxies in between'),
  '20': lasting('a script that was triggered cancelled it', 'look at the script triggers of the layout'),
  '100': passing('a file is missing', 'look whether every file that the database refers to is open'),
  '103': lasting('a relationship is missing', 'look at the fields on the layout'),
  '104': lasting('a script is missing', 'look at the script triggers of the layout'),
  '106': lasting('a table is missing', 'look at what the layout shows records from'),
  '108': lasting('a value list is missing', options),
  '200': lasting('access to the record is denied', privileges),
  '201': lasting(
    'a field cannot be modified',
    'allow it in the privilege set of the account, or take "Prohibit modification" off where the server is older than FileMaker 2024',
    any,
  ),
  '202': lasting('access to a field is denied', privileges, any),
  '400': lasting('the find criteria are empty', 'look at the script triggers of the layout'),
  '401': lasting('no records match', 'look at the script triggers of the layout'),
  '500': lasting('a date does not pass validation', options, ['date', 'timestamp']),
  '501': lasting('a time does not pass validation', options, ['time', 'timestamp']),
  '502': lasting('a number does not pass validation', options, ['number']),
  '503': passing(
    'a value is not within the range of its field',
    `${options}; where the bounds come from a related record, see that it is there`,
    any,
  ),
  '504': passing(
    'a value is not unique though its field asks for it',
    'find the other record that has it, and change one of the two',
    any,
  ),
  '505': passing(
    'a value is not an existing one though its field asks for it',
    `${options}, or ${related}`,
    any,
  ),
  '506': passing(
    'a value is not in the value list of its field',
    'add it to the value list, or see that the records that make the list are there',
    any,
  ),
  '507': passing(
    'a value fails the validation calculation of its field',
    `${options}; where it looks at related records, see that they are there`,
    any,
  ),
  '509': passing(
    'a field requires a value',
    'fill it where the record comes from; where it is looked up, see that the related record is there. It may be one that is not synced',
    any,
  ),
  '510': passing('a related value is empty or not available', related, any),
  '511': lasting('a value is longer than its field allows', options, ['text', 'number']),
  '513': lasting('a value does not fit the record', 'look at the type and the options of the field', any),
  '809': passing('the disk of the server is full', 'make room on it'),
  '815': passing(
    'a lookup file could not be opened',
    'look whether every file that the database refers to is open',
  ),
  '958': lasting('a parameter is missing', calls),
  '960': lasting('a parameter is invalid', calls),
  '1700': lasting('the resource does not exist', 'look at the names of database and layout'),
  '1706': lasting('a parameter is not supported by this server', calls),
  '1708': lasting('a parameter has a value that the server does not take', calls),
  '1710': lasting('the server could not read the request as JSON', calls),
  'http-413': lasting(
    'the web server before FileMaker takes no request of this size',
    'raise its limit (in its configuration, or that of a proxy)',
  ),
  'empty-key': lasting(
    'the key field is empty',
    'give the record a key; an auto-enter calculation of Get ( UUID ) does it for new records',
  ),
  'doubled-key': lasting(
    'more than one record has this key',
    'keep one of them, or give the others a new key',
  ),
  'look-alike-key': lasting(
    'another record has a key that differs only in case, accents or blanks',
    'keep one of them, or give the others a new key: FileMaker may take them for the same',
  ),
  unfindable: lasting(
    'a find for the key does not show the record that has it',
    'look at the type of the key field, at what it holds (blanks, line ends, text in a number field), and make its index anew',
  ),
  'key-unfit': lasting(
    'the key is none that the key field there can hold, as text in a number field',
    'give the key field the type text in that file, or the record another key',
  ),
  hidden: lasting(
    'the account of the sync may not see the record any more',
    'let its privilege set view all records of the table: nothing was deleted',
  ),
  'no-answer': passing(
    'the server gave no clear answer to any attempt to write it',
    'look into the logs of FileMaker Server, and of what stands before it, for that time',
  ),
  'value-missing': lasting(
    'a long text of the record is gone from where the sync keeps it',
    'put the object that the reason names back into the bucket of values',
  ),
  'file-too-large': lasting(
    'a file in a container is larger than the limit',
    'raise containers: limit in the configuration (up to 1 GB), or put a smaller file there',
  ),
  'file-reference': lasting(
    'a container holds the path of a file, not the file',
    'insert the file without "Store only a reference to the file"; to keep large files outside of the database, let FileMaker store them externally',
  ),
  'file-unread': passing(
    'a file in a container cannot be read',
    'export it from the record in FileMaker: where that fails too, insert it anew',
  ),
  'file-busy': passing(
    'the record was changed each time that its files were read',
    'leave it alone for as long as reading them takes; what is set again and again belongs into a table without files',
  ),
  'file-slow': lasting(
    'a file in a container comes too slowly: each time the time was over before all of it was there',
    'lower containers: limit, put a smaller file there, or make the way to the server faster and ask for one more try (serversync parked retry)',
  ),
  'file-unwritable': lasting(
    'a file cannot be put into a container there',
    'write api: data for that server, or another kind of file',
  ),
  'file-missing': lasting(
    'a file is gone from where the sync keeps files',
    'put the folder or the bucket of files back from a backup, or insert the file anew where it came from',
  ),
  'file-not-emptied': lasting('the server does not empty a container', 'empty it in FileMaker there'),
} satisfies Readonly<Record<string, Refusal>>;

/** Those that are not FileMaker's. */
export type OwnCode = Exclude<keyof typeof refusals, `${number}`>;

const known: Readonly<Record<string, Refusal>> = refusals;

/** Codes that have no words of their own, by what they begin with. */
const families: readonly { readonly matches: RegExp; readonly refusal: Refusal }[] = [
  {
    matches: /^12\d\d$/,
    refusal: lasting(
      'a calculation of the file cannot be evaluated',
      'look at calculations that are made with Evaluate, in fields and their options',
    ),
  },
  {
    matches: /^5[0-4]\d\d$/,
    refusal: passing(
      'a script of the file reverted the change with a code of its own',
      'look for that code in the Revert Transaction steps of its scripts',
    ),
  },
  {
    matches: /^http-/,
    refusal: lasting(
      'the web server before FileMaker did not pass the request on',
      'look into its log, and that of any proxy or firewall',
    ),
  },
];

const unnamed = lasting(
  'a code that this program has no words for',
  'look it up under error codes in the FileMaker help',
);

/** For any code; those without words get general ones. */
export const refusalOf = (code: string): Refusal => namedOf(code) ?? unnamed;

/** Whether the words of a code are its own. */
export const hasWords = (code: string): boolean => namedOf(code) !== undefined;

const namedOf = (code: string): Refusal | undefined =>
  (Object.hasOwn(known, code) ? known[code] : undefined) ??
  families.find(({ matches }) => matches.test(code))?.refusal;

/** Cause and advice as one text. */
export const wordsOf = ({ cause, advice }: Refusal): string => `${cause}: ${advice}`;

/** First wait before a refused record is tried again by itself, and the longest, ms: shorter asks a server more often for what it refuses, longer leaves children behind their parents. Assumed. */
const firstWaitMs = 60_000;
const longestWaitMs = 86_400_000;

/** When a record that was refused `attempts` times in a row is tried again by itself; undefined: it is not. */
export function retryAtOf(code: string, attempts: number, now: EpochMs): EpochMs | undefined {
  if (!refusalOf(code).passes) return undefined;
  return now + Math.min(firstWaitMs * 2 ** Math.min(Math.max(0, attempts - 1), 20), longestWaitMs);
}
