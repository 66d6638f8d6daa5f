/**
 * FileMaker's error codes, by what follows from them. Every envelope with a code other than 0 means that the
 * request was not done, except of the class `againUnlessWrite`, where something broke inside FileMaker.
 *
 * Texts: help.claris.com pro-help error-codes. What a code means for a write is read from its text (assumed).
 */
import { type Refusal, refusalOf, wordsOf } from '../../core/refusals.ts';

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
const refused = (refusal: Refusal): CodeMeaning => of('refused', wordsOf(refusal));

/** Those that are no refusal of what was asked for. */
export const classesOf: Readonly<Record<string, CodeMeaning>> = {
  '16': of('again', 'the operation failed and FileMaker asks to repeat it'),
  '101': of('missing', 'the record is missing'),
  '102': of('field', 'a field is missing: every configured field must be on the layout'),
  '105': of('layout', 'the layout is missing'),
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
  '401': of('noMatch', 'no records match'),
  '512': of('moved', 'the record was modified by somebody else'),
  '802': of(
    'database',
    'the file cannot be opened: check its name (without .fmp12), that it is open on the server, and that fmrest is on in its privilege set',
  ),
  '812': of('full', "the host's capacity is used up"),
  '813': of('againUnlessWrite', 'the network between the parts of the server failed'),
  '820': of('again', 'the file is being closed'),
  '821': of('againUnlessWrite', 'the host forced a disconnect'),
  '951': of('againUnlessWrite', 'an unexpected error'),
  '952': of('token', 'the session token is not valid'),
  '953': of('dataLimit', 'the limit of data that the Data API may send is reached'),
  '956': of('full', 'the most sessions that the server allows are open'),
  '959': of('database', 'the technology is switched off: enable the Data API in the Admin Console'),
  '1638': of('again', 'the host lets no new connections in'),
  '1701': of('again', 'the host cannot take requests now'),
  '1704': of(
    'database',
    'the server does not support this kind of request: it must be FileMaker Server 18 or later',
  ),
  '1711': of('database', "the server's licence has expired: renew it in the Admin Console"),
};

/** What is not here is refused: src/core/refusals.ts has the words. */
export const meaningOf = (code: string): CodeMeaning =>
  (Object.hasOwn(classesOf, code) ? classesOf[code] : undefined) ?? refused(refusalOf(code));

/** It says what is wrong with one record or request, or is none that has a meaning of its own. */
export const isRefusalOfOne = (code: string): boolean => !Object.hasOwn(classesOf, code);

/** A server that does not know `options` says so with one of these (assumed: which one is not documented). */
export const isParameterRefusal = (code: string): boolean => ['960', '1706', '1708'].includes(code);
