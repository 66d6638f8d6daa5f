/**
 * FileMaker's error codes, by what follows from them. Every envelope with a code other than 0 means that the
 * request was not done, except of the class `againUnlessWrite`, where something broke inside FileMaker.
 *
 * Texts: help.claris.com pro-help error-codes. What a code means for a write is read from its text (assumed).
 */
export type CodeClass =
  /** Passes by itself; nothing was done. */
  | 'again'
  /** Passes by itself; whether a write was done is not known. */
  | 'againUnlessWrite'
  /** Sessions or connections of the host are used up. */
  | 'full'
  /** The token is not valid (any more): nothing was done. */
  | 'token'
  /** The account is not let in. */
  | 'account'
  /** The file, or the server as a whole, takes no requests until somebody mends it. */
  | 'database'
  | 'layout'
  | 'field'
  | 'dataLimit'
  /** The record, or more, is open elsewhere. Reads wait. */
  | 'locked'
  | 'moved'
  | 'missing'
  | 'noMatch'
  /** This request will never be taken as it is. */
  | 'refused';

type CodeMeaning = { readonly class: CodeClass; readonly advice: string };

const of = (codeClass: CodeClass, advice: string): CodeMeaning => ({ class: codeClass, advice });
const refused = (advice: string): CodeMeaning => of('refused', advice);
const ask = 'check the privilege set of the account that the sync uses';

const meanings: Readonly<Record<string, CodeMeaning>> = {
  '3': refused('a command is not available: a script step of the layout or file does not run on a server'),
  '9': refused(`insufficient privileges: ${ask}`),
  '10': refused('requested data is missing, such as the authorisation header: check proxies in between'),
  '16': of('again', 'the operation failed and FileMaker asks to repeat it'),
  '100': refused('a file is missing: check the data sources of the database'),
  '101': of('missing', 'the record is missing'),
  '102': of('field', 'a field is missing: every configured field must be on the layout'),
  '103': refused('a relationship is missing: check the fields on the layout'),
  '104': refused('a script is missing'),
  '105': of('layout', 'the layout is missing'),
  '106': refused('a table is missing: check what the layout shows records from'),
  '200': refused(`access to the record is denied: ${ask}`),
  '201': refused(
    `the field cannot be modified: allow it for the account, or take "prohibit modification" off the field where the server is older than FileMaker 2024`,
  ),
  '202': refused(`access to the field is denied: ${ask}`),
  '210': of('account', 'the account is inactive: activate it in the file'),
  '211': of('account', "the account's password has expired: set a new one in the file and here"),
  '212': of('account', 'the account name or password is wrong, or the account lacks the privilege fmrest'),
  '214': of(
    'account',
    'too many logins failed: wait until the server lets the account in, and check the password',
  ),
  '300': of('locked', 'the file is locked or in use'),
  '301': of('locked', 'somebody has the record open'),
  '302': of('locked', 'somebody has the table open'),
  '303': of('locked', 'somebody has the database schema open'),
  '306': of('moved', "the record's modification id does not match"),
  '307': of('again', 'the transaction could not be locked'),
  '400': refused('the find criteria are empty'),
  '401': of('noMatch', 'no records match'),
  '500': refused('a date does not pass validation: see the options of the field'),
  '501': refused('a time does not pass validation: see the options of the field'),
  '502': refused('a number does not pass validation: see the options of the field'),
  '503': refused('a value is not within the range of the field: see its validation'),
  '504': refused('a value is not unique though its field asks for it: find the other record that has it'),
  '505': refused('a value is not an existing one though its field asks for it: see its validation'),
  '506': refused('a value is not in the value list of its field: see its validation'),
  '507': refused('a value fails the validation calculation of its field: see its validation'),
  '509': refused('a field requires a value: fill it where the record comes from, or change its validation'),
  '510': refused('a related value is empty or not available: see the validation of the fields'),
  '511': refused('a value is longer than its field allows: see its validation'),
  '512': of('moved', 'the record was modified by somebody else'),
  '513': refused('a value does not fit the record: a field or its options must change'),
  '802': of(
    'database',
    'the file cannot be opened: check its name, that it is open on the server, and that fmrest is on in its privilege set',
  ),
  '812': of('full', "the host's capacity is used up"),
  '813': of('againUnlessWrite', 'the network between the parts of the server failed'),
  '820': of('again', 'the file is being closed'),
  '821': of('againUnlessWrite', 'the host forced a disconnect'),
  '951': of('againUnlessWrite', 'an unexpected error'),
  '952': of('token', 'the session token is not valid'),
  '953': of('dataLimit', 'the limit of data that the Data API may send is reached: see the licence'),
  '956': of('full', 'the most sessions that the server allows are open'),
  '958': refused('a parameter is missing'),
  '959': of('database', 'the technology is switched off: enable the Data API in the Admin Console'),
  '960': refused('a parameter is invalid'),
  '1638': of('again', 'the host lets no new connections in'),
  '1700': refused('the resource does not exist: check the names of database and layout'),
  '1701': of('again', 'the host cannot take requests now'),
  '1704': of(
    'database',
    'the server does not support this kind of request: it must be FileMaker Server 18 or later',
  ),
  '1706': refused('a parameter is not supported by this server'),
  '1708': refused('a parameter has a value that the server does not take'),
  '1710': refused('the server could not read the request as JSON'),
  '1711': of('database', "the server's licence has expired: renew it in the Admin Console"),
};

const unnamed = refused(
  'a code that this program has no words for: see the error codes in the FileMaker help',
);

export const meaningOf = (code: string): CodeMeaning =>
  Object.hasOwn(meanings, code) ? (meanings[code] ?? unnamed) : unnamed;

/** A server that does not know `options` says so with one of these (assumed: which one is not documented). */
export const isParameterRefusal = (code: string): boolean => ['960', '1706', '1708'].includes(code);
