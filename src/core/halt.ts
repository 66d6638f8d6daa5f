/** A halt: danger was seen for a table on a server, nothing is read or written there until a person has answered (R8). */
import { digestOf } from './digest.ts';
import type { Role } from './link.ts';
import type { EpochMs, FieldName, Key, ServerName, TableName } from './names.ts';
import type { SweepPlace } from './sweep.ts';

export type HaltKind =
  /** More deletes in a day than the limit. */
  | 'mass-delete'
  /** The file was put back to an earlier state. */
  | 'restored'
  /** Another file with the same records in other rows. */
  | 'clone'
  /** The layout, or fields on it, are missing or otherwise than they were. */
  | 'schema-drift'
  /** The server's clock was set by more than can be. */
  | 'clock-step'
  /** The server stamps records by another zone than is configured. */
  | 'other-zone'
  /** The account of the sync may not see many records any more. */
  | 'hidden-rows'
  /** A release put another file in its place, as a person said: it is gone on with once its records are paired. */
  | 'migration'
  /** It is at another address, and it is not known yet, or does not seem, to be the same file. */
  | 'moved';

/** What is not on a server any more as a table was worked on with it; names are those in the file of that server, where somebody has to look for them. */
export type Drift = {
  readonly layoutMissing: boolean;
  readonly missing: readonly string[];
  /** Of another type, or not to be written any more. */
  readonly changed: readonly string[];
};

export type HaltAnswer = {
  /** `approve`: it is meant; `put-back`: what was lost comes back from the other servers; `dismiss`: it is mended, look anew. */
  readonly what: 'approve' | 'put-back' | 'dismiss';
  readonly at: EpochMs;
};

export type Halt = {
  readonly table: TableName;
  readonly server: ServerName;
  /** Counts up by one with every write; the first is 1. */
  readonly rev: number;
  /** What a person types to answer. */
  readonly id: string;
  readonly kind: HaltKind;
  readonly at: EpochMs;
  /** What was seen, in numbers, by names that the words of the kind use. */
  readonly figures: Readonly<Record<string, number>>;
  /** Those that it is about, by their names in the file of that server; of a schema that changed. */
  readonly fields?: readonly string[];
  /** The zone that was configured then; of one that stamps by another. */
  readonly zone?: string;
  /** Some of the records concerned: for people who ask, never for a log (R9). */
  readonly examples: readonly Key[];
  readonly answer?: HaltAnswer;
  /** The answer waits for the layout to be mended: what is wrong with it, as of `schema-drift`. */
  readonly drift?: Pick<Halt, 'figures' | 'fields'>;
  readonly progress?: HaltProgress;
  /** Raised since the table is at another address; of `moved`, and of what was found there instead. */
  readonly moved?: Moved;
};

export type Moved = {
  readonly was: string;
  readonly now: string;
  /** What it was halted for before: it is so again once the file is known to be the same. */
  readonly before?: Halt;
};

/** How far an answer is carried out for which all is listed; what was listed lies in parts, as a sweep's does. */
export type HaltProgress = {
  readonly startedAt: EpochMs;
  /** What was read: with other fields it begins anew. */
  readonly fields: readonly FieldName[];
  readonly place: SweepPlace;
  /** Of a migration: the file was copied at this instant or later, as far as rows have told yet. */
  readonly copiedAfter?: EpochMs;
};

/** In the order in which a person is told of them. */
const all: readonly HaltAnswer['what'][] = ['put-back', 'approve', 'dismiss'];

const answers: Readonly<Record<HaltKind, readonly HaltAnswer['what'][]>> = {
  'mass-delete': ['approve', 'put-back', 'dismiss'],
  restored: all,
  clone: all,
  'schema-drift': ['dismiss'],
  'clock-step': ['approve'],
  'other-zone': ['approve', 'dismiss'],
  'hidden-rows': ['dismiss', 'approve'],
  migration: [],
  moved: [],
};

/** The answers that make sense to a halt on a server with this role. */
export const answersTo = (kind: HaltKind, role: Role): readonly HaltAnswer['what'][] =>
  answers[kind].filter((what) => {
    // Nothing is written there.
    if (what === 'put-back') return role !== 'send';
    // What such a server holds goes to nobody.
    return what !== 'approve' || role !== 'receive' || !isOtherFile(kind);
  });

/** The file on the server is another one than was known. */
export const isOtherFile = (kind: HaltKind): boolean => kind === 'restored' || kind === 'clone';

/** Examples that are kept: keys. */
export const keptExamples = 10;

/** As it is when it is raised; its id is of the place, the kind and the instant. */
export const newHalt = (
  placed: Pick<Halt, 'table' | 'server' | 'kind' | 'at'>,
  seen: Pick<Halt, 'figures' | 'examples' | 'fields' | 'zone'>,
): Halt => ({
  ...placed,
  ...seen,
  rev: 1,
  id: shortId([placed.table, placed.server, placed.kind, placed.at]),
});

/** Of a halted first meeting, which is held again and again. */
export const meetingId = (of: Pick<Halt, 'table' | 'server'>): string =>
  shortId([of.table, of.server, 'first-meeting']);

/** Short enough to be typed: of the few halts that are open at once, two have the same once in a million years. */
const shortId = (of: readonly unknown[]): string =>
  digestOf(JSON.stringify(of))
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 6)
    .toLowerCase();
