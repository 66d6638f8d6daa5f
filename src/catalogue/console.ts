/** What the page of `serversync console` shows in place of an answer, besides what the commands say. */
import type { Entries, Family } from './entry.ts';

const entries = {
  'no-token': {
    title:
      'this console is another one than the page was opened for: open the address that serversync console printed last',
    means: 'Each start of the console has an address of its own, and this page is of a former one.',
    do: 'Open the address that the terminal shows now.',
  },
  'other-origin': {
    title: 'the console answers its own page only, at ADDRESS',
    means: 'Another page, or a proxy under another name, asked it.',
    do: 'Open it under the very address that the terminal shows.',
  },
  'no-such-endpoint': {
    title: 'the console has nothing at PATH; the console does not know NAME',
    means: 'The page is of another version than the console.',
    do: 'Load the page anew.',
  },
  'bad-request': {
    title: 'a body has to be JSON, and to say so; the body is no JSON',
    means: 'What the page sent could not be read.',
    do: 'Load the page anew; if it stays, report it.',
  },
  'job-at-work': {
    title: '…: wait until that has ended, or end it',
    means: 'The console does one long work at a time.',
    do: 'Wait, or press its *Stop*.',
  },
  'no-such-job': {
    title: 'there is no such job any more: the console was started anew',
    means: 'What was at work ended with the console before.',
    do: 'Load the page anew, and start it again.',
  },
  'being-read': {
    title:
      'the server is being read now, which takes minutes where there is much: nothing was approved, try it again',
    means: 'An answer to a first meeting waits until no reading of that server is under way.',
    do: 'Try it again in some minutes.',
  },
  'too-large': {
    title: 'a request may have N bytes at most',
    means: 'A value that was typed is longer than the console takes.',
    do: 'Write it in FileMaker, or with the command.',
  },
} as const satisfies Entries<string>;

export const consoleAnswers: Family = {
  heading: 'In the console',
  seen: 'On the page that `serversync console` serves, in place of an answer. What the commands say is shown there too.',
  prefix: 'console-',
  entries,
};
