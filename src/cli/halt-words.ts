/** What halted a table, in words, with the ways out that there are on that server. */
import type { HaltedPlace } from '../composition/overview.ts';
import { type Api, shownBy } from '../core/api.ts';
import { isDangerous } from '../core/first-meeting.ts';
import type { HaltAnswer } from '../core/halt.ts';
import { count, duration } from '../composition/words.ts';

type Seen = Pick<HaltedPlace, 'why' | 'figures' | 'fields' | 'api'>;

/** What was seen, in one sentence. */
export function haltWords({ why, figures, fields = [], api = 'data' }: Seen): string {
  const of = (name: string): number => figures[name] ?? 0;
  switch (why) {
    case 'first-meeting':
      return meetingWords(figures);
    case 'restored':
      return `its file was put back to an earlier state (a backup): ${restoredWords(of('lost'))}`;
    case 'clone':
      return (
        `another file is in its place (a clone, a migration): ${of('moved')} of ${of('found')} records that were looked up ` +
        'have another record id'
      );
    case 'schema-drift':
      return of('layout') > 0
        ? `its ${shownBy[api]} is not there any more (renamed, deleted, or the account may not see it)`
        : `on its ${shownBy[api]} ${driftWords(fields, of('missing'), api)}`;
    case 'clock-step':
      return (
        `its server's clock was set ${of('byMs') < 0 ? 'back' : 'forward'} by ${duration(of('byMs'))}, ` +
        'against the clock of who syncs'
      );
    case 'other-zone':
      return (
        `records are stamped there ${duration(of('offByMs'))} ${of('offByMs') < 0 ? 'behind' : 'ahead of'} the server's clock: ` +
        'its timeZone may be wrong'
      );
    case 'migration':
      return 'a release put another file in its place: its rows are paired by their keys before anything is read or written';
    case 'moved':
      return of('asked') === 0
        ? 'it is at another address: whether it is the same file is looked at before anything is read or written'
        : `what is at its new address is not the file that is known: ${of('agreed')} of ${count(of('asked'), 'known record')} that ` +
            `were asked for ${of('agreed') === 1 ? 'is' : 'are'} there as known, ${of('none')} ${of('none') === 1 ? 'is' : 'are'} not there`;
    case 'hidden-rows':
      return (
        `the account of the sync may not see ${of('hidden')} of ${count(of('rows'), 'record')} any more; ` +
        `the limit is ${of('limit')} from one sweep to the next`
      );
    case 'mass-delete': {
      const before = of('before') === 0 ? '' : `, after ${of('before')} in the last 24 hours`;
      return `${of('gone')} of ${count(of('rows'), 'record')} are gone${before}; the limit is ${of('limit')} a day`;
    }
  }
}

/** Of a server that is met for the first time, or with another share. */
function meetingWords({
  shared = 0,
  differing = 0,
  leaving = 0,
  rows = 0,
  limit = 0,
}: Seen['figures']): string {
  const keys = 'its keys may not mean the same records as elsewhere';
  const share =
    `${leaving} of ${count(rows, 'record')} there are outside its share and would be removed there; ` +
    `the limit is ${limit} at once`;
  if (leaving === 0) return keys;
  return isDangerous(shared, differing) ? `${keys}; ${share}` : share;
}

/** Those that are missing come first. */
function driftWords(fields: readonly string[], missing: number, api: Api): string {
  const gone = api === 'odata' ? 'deleted, or the account may not see it' : 'renamed, or taken off it';
  const parts = [
    { of: fields.slice(0, missing), words: `not there any more (${gone})` },
    { of: fields.slice(missing), words: 'of another type, or cannot be written any more' },
  ].filter(({ of }) => of.length > 0);
  return parts
    .map(({ of, words: what }) => `${of.join(', ')} ${of.length === 1 ? 'is' : 'are'} ${what}`)
    .join('; ');
}

const restoredWords = (lost: number): string =>
  lost === 0
    ? 'records are older there than they were'
    : `${count(lost, 'record')} that it had last ${lost === 1 ? 'is' : 'are'} not there any more`;

const answered = {
  approve: 'approved',
  'put-back': 'to be put back',
  dismiss: 'dismissed',
} as const;

const soon = (stack: string | undefined): string =>
  stack === undefined ? 'with the next run' : 'within minutes';

/** What was seen and what the ways out are. `stack`: the name of the deployed one whose state it is. */
export function haltedLines(halted: HaltedPlace, stack: string | undefined): readonly string[] {
  const { table, server, id, answer, drift, api = 'data' } = halted;
  const of = stack === undefined ? '' : ` --stack ${stack}`;
  const heading = `halted: ${table} on ${server}: ${haltWords(halted)}`;
  if (answer !== undefined) {
    const when =
      drift === undefined
        ? soon(stack)
        : `once its ${shownBy[api]} is mended: ${haltWords({ why: 'schema-drift', api, ...drift })}`;
    const asked = halted.why === 'migration' ? 'as asked for' : answered[answer];
    return [heading, `    ${asked}: it is carried out ${when}`];
  }
  const there = drift === undefined ? [] : [`    ${haltWords({ why: 'schema-drift', api, ...drift })}`];
  return [heading, ...there, ...waysOut(halted, of).map((line) => line.replace('ID', id))];
}

/** A way out: when it is the right one, and the words that follow `serversync`. */
export type WayOut = {
  readonly what: HaltAnswer['what'];
  readonly when: string;
  readonly command: readonly string[];
};

/** The same in parts, for whoever does not show it as lines: what it means, then the ways out that are left. */
export function partsOf(
  halted: HaltedPlace,
  stack: string | undefined,
): { readonly more: readonly string[]; readonly ways: readonly WayOut[] } {
  const { why, table, server, answers, figures, id, answer } = halted;
  if (answer !== undefined) return { more: haltedLines(halted, stack).slice(1).map(trimmed), ways: [] };
  if (why === 'first-meeting') {
    const isLeaving = (figures['leaving'] ?? 0) > 0;
    const when = isLeaving ? 'If they are to be removed there' : 'If the keys are right';
    const mended = isLeaving
      ? 'If not, correct where, or say leave: keep: it goes on by itself then'
      : 'If they are not, mend them (docs/prepare-filemaker.md): it goes on by itself';
    const untouchedYet = isLeaving
      ? 'nothing was removed; the table is neither read nor written there'
      : 'nothing of it was written';
    const more = [untouchedYet, mended];
    return { more, ways: [{ what: 'approve', when, command: ['approve', table, server] }] };
  }
  const { opening, when } = words[why];
  const of = stack === undefined ? '' : ` --stack ${stack}`;
  return {
    more: opening(of, server).map((line) => trimmed(line).replace('ID', id)),
    ways: answers.flatMap((what) => {
      const said = when[what];
      return said === undefined ? [] : [{ what, when: said(server), command: [what, id] }];
    }),
  };
}

/** By the indent that all have. */
const trimmed = (line: string): string => line.replace(/^ {4}/, '');

function waysOut(halted: HaltedPlace, of: string): readonly string[] {
  const { why, table, server, answers, figures } = halted;
  if (why === 'first-meeting' && (figures['leaving'] ?? 0) > 0)
    return [
      '    nothing was removed; the table is neither read nor written there. What they hold is kept by the sync, and',
      '    goes to the servers in whose share it is. If they are to be removed there:',
      `        serversync approve ${table} ${server}${of}`,
      '    If not, correct where, or say leave: keep: it goes on by itself then',
    ];
  if (why === 'first-meeting')
    return [
      '    nothing of it was written. Look at examples:',
      `        serversync status${of} --examples`,
      '    If the keys are right:',
      `        serversync approve ${table} ${server}${of}`,
      '    If they are not, mend them (docs/prepare-filemaker.md): it goes on by itself',
    ];
  const { opening, records, when } = words[why];
  return [
    ...opening(of, server),
    ...(records === undefined ? [] : [`    ${records}`, `        serversync halts ID${of}`]),
    ...answers.flatMap((what) => {
      const words = when[what];
      return words === undefined ? [] : [`    ${words(server)}:`, `        serversync ${what} ID${of}`];
    }),
  ];
}

type Words = {
  readonly opening: (of: string, server: string) => readonly string[];
  /** Before the command that shows some of its records; not for whoever shows them beside it. */
  readonly records?: string;
  /** When each answer is the right one. */
  readonly when: Partial<Record<HaltAnswer['what'], (server: string) => string>>;
};

const untouched = '    the table is neither read nor written there';

const otherFile: Words = {
  opening: () => [untouched],
  when: {
    'put-back': (server) => `If the others are right, and ${server} is to get what it lacks`,
    approve: (server) =>
      `If what ${server} holds otherwise than before is right, for all (what it replaces is kept)`,
    dismiss: () => 'If the former file is in its place again',
  },
};

/** As pairs of commands: nothing is paired that was not paused. */
const pairing = (of: string, server: string): readonly string[] => [
  '    If a release or a copy put the same records there under other record ids:',
  `        serversync pause --server ${server}${of}`,
  `        serversync resume --server ${server} --after-migration${of}`,
];

const words: Readonly<Record<Exclude<HaltedPlace['why'], 'first-meeting'>, Words>> = {
  restored: otherFile,
  clone: { ...otherFile, opening: (of, server) => [untouched, ...pairing(of, server)] },
  'schema-drift': {
    opening: () => [
      untouched,
      '    Put it back as it was, or change the configuration: it goes on by itself then',
    ],
    when: { dismiss: () => 'To have it looked at now' },
  },
  'clock-step': {
    opening: () => [
      untouched,
      '    It goes on by itself once the clock shows again what it did. One answer is for all tables of that server',
    ],
    when: { approve: () => 'If the clock is right now' },
  },
  'other-zone': {
    opening: () => [
      untouched,
      '    If the timeZone is wrong, correct it in the configuration: it goes on by itself then. One answer is for',
      '    all tables of that server',
    ],
    when: {
      approve: () => 'If it is right, and records are stamped so on purpose',
      dismiss: (server) => `If ${server} was set right since: it is measured anew`,
    },
  },
  migration: { opening: () => [untouched], when: {} },
  moved: {
    opening: (of, server) => [
      `${untouched}; it is looked at again`,
      '    with each run',
      '    If address, file, layout or table is wrong, correct it: it goes on by itself',
      ...pairing(of, server),
      '    If it is another file on purpose, take the server out of the configuration,',
      '    run once, forget it, and put it in again: it is met as a new one then',
      `        serversync forget --server ${server}${of}`,
    ],
    when: {},
  },
  'hidden-rows': {
    opening: () => [`${untouched}. They are parked, count as they were, and nothing was deleted`],
    when: {
      dismiss: () => 'If its privilege set was mended: they are looked for anew',
      approve: () => 'If they are hidden on purpose: they stay parked, the others go on',
    },
  },
  'mass-delete': {
    opening: () => ['    nothing was deleted elsewhere; the table is neither read nor written there'],
    records: 'Some keys:',
    when: {
      approve: () => 'If they were meant to be deleted, everywhere',
      'put-back': (server) => `If they are lost on ${server}, and are to come back from the others`,
      dismiss: () => 'If they are there again (a file put in place, access rights mended)',
    },
  },
};

/** Why an answer is none to this halt. */
export function unfitWords(
  { server, table, why, api = 'data' }: HaltedPlace,
  what: HaltAnswer['what'],
): string {
  if (why === 'moved') return 'it goes on by itself once the file that is known is found there';
  if (why === 'hidden-rows') return 'nothing is gone there, the account may not see it';
  if (why === 'clock-step') return 'set the clock right, or take it for right as it is';
  if (why === 'other-zone') return 'correct the timeZone, or the clock of that server';
  if (why === 'schema-drift') return `the ${shownBy[api]} has to be mended, or the configuration`;
  if (what === 'put-back')
    return `${server} has the role send for ${table}, and nothing is written there. Put the records back in FileMaker`;
  return `${server} has the role receive for ${table}, and what it holds goes to no other server`;
}
