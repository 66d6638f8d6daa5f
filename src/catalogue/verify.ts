/** Why `verify` finds a difference, and why it does not compare. */
import type { Why } from '../engine/verify/look-again.ts';
import type { NotCompared } from '../engine/verify/verify.ts';
import type { Entries, Family } from './entry.ts';

const repair = '`serversync verify --repair` has it read or written by the ways of a run.';

const entries: Entries<Why | NotCompared> = {
  'not-read': {
    title: 'entered there, and its stamp does not show it',
    means:
      'A change set no modification stamp, as an import without auto-enter or *Replace Field Contents* does.',
    do: `The next sweep finds it. ${repair} In later imports tick *Perform auto-enter options while importing*.`,
  },
  'only-receives': {
    title: 'entered there, and that server only receives',
    means: 'Somebody changed a record on a server with the role receive. It goes to nobody.',
    do: 'Give it the role both, or take the right to edit from people there. The next change from elsewhere writes over it.',
  },
  behind: {
    title: 'not brought there, and in no batch',
    means: 'The record should be there and is not, and nothing waits to bring it.',
    do: `${repair} If it comes again, report it.`,
  },
  'same-mod-id': {
    title: 'changed there, though its modification count was not',
    means: 'As after a backup that was put back, or a tool that writes around FileMaker.',
    do: repair,
  },
  'not-as-written': {
    title: 'not as it was written there: the server may have changed it by itself',
    means: 'An auto-enter calculation, a lookup or a field format made something else of it.',
    do: 'Nothing, if it is meant. If it should count everywhere, say `rewrites: accept` for the field.',
    more: 'configuration.md',
  },
  'gone-there': {
    title: 'deleted there, which nobody has noticed yet',
    means: 'Deletes are found by sweeps, or by a log of deletes.',
    do: 'Nothing: the next sweep finds it. `serversync sweep` does it now.',
  },
  suspected: {
    title: 'seems to be deleted there, and is looked for again',
    means: 'It was not found once, and counts only when it is not found a second time.',
    do: 'Nothing.',
  },
  parked: {
    title: 'parked with CODE: …',
    means: 'The server refuses that record.',
    do: 'Look that code up.',
    more: 'parked.md',
  },
  paused: {
    title: 'not compared: it is paused (serversync status says until when)',
    means: 'Nothing is asked there now.',
    do: '`serversync resume`, or wait.',
  },
  halted: {
    title: 'not compared: it is halted (serversync halts says why)',
    means: 'It is neither read nor written until you answer.',
    do: '`serversync halts`.',
  },
  unmet: {
    title: 'not compared: it was not read there yet (serversync run --once does it)',
    means: 'There is nothing yet to compare with.',
    do: '`serversync run --once`.',
  },
  changed: {
    title:
      'not compared: its fields or servers changed in the configuration: run serversync run --once first',
    means: 'What is known goes by the former configuration.',
    do: '`serversync run --once`.',
  },
  failed: {
    title: 'not compared: the server failed',
    means: 'The reason is told below as `failed: …`.',
    do: 'Look its code up.',
  },
};

export const verify: Family = {
  heading: 'What verify finds',
  seen: 'Below each record in `serversync verify`, as `why` and `notCompared` in `--json`.',
  prefix: 'verify-',
  entries,
};
