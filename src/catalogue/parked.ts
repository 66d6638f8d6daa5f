/** Codes of parked records that are ServerSync's own. Cause and advice are those of the code that parks. */
import { type OwnCode, refusals } from '../core/refusals.ts';
import type { Entries, Family, Words } from './entry.ts';

const further: Readonly<Record<OwnCode, string>> = {
  'empty-key': 'The record has nothing by which it could be known elsewhere.',
  'doubled-key': 'Which of them is meant cannot be told, so neither is carried.',
  'look-alike-key': 'FileMaker may take the two for one, so that a find would bring the wrong one.',
  unfindable: 'Written anew it would double, so it is left alone.',
  'key-unfit':
    'A record that is made with such a key is never found by it again, and would be made anew each time. So none is made.',
  hidden: 'A privilege set hides it. It counts as it was.',
  'no-answer': 'Whether it was written is looked up before the next try.',
  'value-missing':
    'Texts of more than 32 KB lie in a bucket of the stack, and somebody removed one. On AWS, as an error: it may not be read.',
  'file-too-large':
    'A large file keeps the server, the network and the store busy for long, so that how large it may be is said beforehand.',
  'file-reference':
    'A path leads nowhere on another server, and a server does not give away what it leads to.',
  'file-unread': 'It broke off, or its address was refused, each time.',
  'file-busy': 'To which of its states the files belong cannot be told, and each try reads them once more.',
  'file-slow':
    'A function on AWS has 15 minutes, and a file that does not come within them begins anew each time: it would keep the server from its other records.',
  'file-unwritable':
    'OData takes pictures and PDF as they are, and other kinds of files only where they are small.',
  'file-missing': 'Only files that nothing names any more are removed by ServerSync itself.',
  'file-not-emptied': 'It was asked to, answered that it did, and shows the file still.',
  'http-413': 'A field of it holds very long text, or that limit is low.',
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const wordsOf = (code: OwnCode): Words => {
  const { cause, advice, passes } = refusals[code];
  const again = passes
    ? 'It may pass, and is tried again by itself.'
    : 'It stays until somebody mends it, or the record changes.';
  return { title: cause, means: `${further[code]} ${again}`, do: sentence(advice), more: 'parked.md' };
};

const entries: Entries<OwnCode> = {
  'empty-key': wordsOf('empty-key'),
  'doubled-key': wordsOf('doubled-key'),
  'look-alike-key': wordsOf('look-alike-key'),
  unfindable: wordsOf('unfindable'),
  'key-unfit': wordsOf('key-unfit'),
  hidden: wordsOf('hidden'),
  'no-answer': wordsOf('no-answer'),
  'value-missing': wordsOf('value-missing'),
  'file-too-large': wordsOf('file-too-large'),
  'file-reference': wordsOf('file-reference'),
  'file-unread': wordsOf('file-unread'),
  'file-busy': wordsOf('file-busy'),
  'file-slow': wordsOf('file-slow'),
  'file-unwritable': wordsOf('file-unwritable'),
  'file-missing': wordsOf('file-missing'),
  'file-not-emptied': wordsOf('file-not-emptied'),
  'http-413': wordsOf('http-413'),
};

export const parked: Family = {
  heading: 'Parked records',
  seen: "As `N records parked: …`, in `serversync parked list` and in `status`. That record is set aside on that server, and the others go on. Besides FileMaker's codes above there are these.",
  prefix: '',
  entries,
};
