/** Something that waits for a person, as the finders of this folder tell of it. */
import type { Configuration } from '../../config/configuration.ts';
import type { EpochMs, ServerName, TableName } from '../../core/names.ts';
import type { Control } from '../../ports/control.ts';
import type { HaltedPlace } from '../overview.ts';
import { duration, placeName } from '../words.ts';

export type Urgency =
  /** Something does not go on, or data is at stake. */
  | 'now'
  /** It will not go on one day. */
  | 'soon'
  /** It goes on as it is. */
  | 'later';

/** Words that follow `serversync`, each an argument: where the state lies is added by who shows it. */
export type Words = readonly string[];

export type MatterKind =
  /** What a halt is for. */
  | HaltedPlace['why']
  | 'failing'
  | 'never-run'
  | 'held'
  | 'parked'
  | 'lag'
  | 'unread'
  | 'certificate'
  | 'data'
  | 'skew'
  | 'clock-set'
  | 'waiting'
  | 'paused'
  | 'log-unread'
  | 'sweep-layout'
  | 'called-otherwise'
  | 'doubled'
  | 'webhooks';

export type Matter = {
  /** What it is, for programs: the same whatever the text says. */
  readonly kind: MatterKind;
  readonly urgency: Urgency;
  readonly since?: EpochMs;
  readonly table?: TableName;
  readonly server?: ServerName;
  readonly count?: number;
  /** What is so, after the place and a colon: no key and no value of a record (R9), no full stop. */
  readonly text: string;
  /** What is to be done elsewhere first: a sentence. */
  readonly first?: string;
  /** What shows more of it or ends it. */
  readonly next: Words;
};

/** What finders look at: the state, and no server. */
export type Look = {
  readonly configuration: Configuration;
  readonly control: Control;
  readonly now: EpochMs;
  /** Whether it is the state of a deployed stack, whose functions work by themselves. */
  readonly isStack: boolean;
};

export type Finder = (look: Look) => Promise<readonly Matter[]>;

export const headings: Readonly<Record<Urgency, string>> = {
  now: 'Now:',
  soon: 'Soon:',
  later: 'When you have time:',
};

/** Such as `contacts on branch: 3 records are parked (2 h ago)`. */
export function headOf(matter: Matter, now: EpochMs): string {
  const { text, since } = matter;
  const place = placeName(matter);
  return `${place === '' ? '' : `${place}: `}${text}${since === undefined ? '' : ` (${duration(now - since)} ago)`}`;
}
