/** What the overview shows. The rows are those of `serversync status`. */
import type { Interval } from '../../core/interval.ts';

export type OverviewAnswer = {
  /** When it was put together. Of a stack it may be some seconds old. */
  readonly at: number;
  readonly place: Place;
  /** As whom acts are put down: `serversync audit` shows it. */
  readonly operator: string;
  /** Of this machine: whether a run or a watch works with the state now, so that acts are refused but for pauses. Of a stack false. */
  readonly isAtWork: boolean;
  /** The last run of this machine; absent before the first, and of a stack, which has no runs. */
  readonly lastRun?: LastRun;
  /** Between two readings of a server, ms, by the schedule. */
  readonly everyMs: number;
  /** Beyond these something is an alarm, ms. */
  readonly alarms: { readonly lagMs: number; readonly skewMs: number };
  readonly sums: Sums;
  /** In the order of the configuration. */
  readonly places: readonly PlaceRow[];
  readonly servers: readonly ServerRow[];
  readonly containers: Containers;
  readonly tables: readonly { readonly table: string /** In all. */; readonly records: number }[];
  /** What waits for a person, the most urgent first: `serversync attention`. */
  readonly matters: readonly Matter[];
  /** Each as it was paused. Windows of maintenance are told by the rows alone. */
  readonly pauses: readonly Pause[];
};

export type Place =
  | { readonly kind: 'machine'; readonly configFile: string; readonly stateDirectory: string }
  | { readonly kind: 'stack'; readonly stack: string; readonly configFile: string };

export type LastRun = {
  readonly startedAt: number;
  /** Absent while it works, and where it was killed (`isAtWork` tells which). */
  readonly endedAt?: number;
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly conflicts: number;
  readonly parked: number;
  /** Codes of servers that failed. */
  readonly failures: readonly string[];
};

export type Sums = {
  /** Records that wait to be delivered, by server and record. */
  readonly pending: number;
  readonly parked: number;
  /** Conflicts that wait for a choice. */
  readonly held: number;
  /** Conflicts that are kept, decided ones too. */
  readonly conflicts: number;
  /** Tables on servers. */
  readonly halted: number;
  readonly paused: number;
};

/** The worst that is so comes first: halted, then paused, … */
export type PlaceState =
  /** A person has to answer: `halt`. Neither read nor written. */
  | 'halted'
  | 'paused'
  /** A window of maintenance: it ends by itself. */
  | 'maintenance'
  /** Its server cannot be read or written now: `failing`. */
  | 'failing'
  /** It was never read to its end. */
  | 'not-read'
  /** Of a stack: it should have been read by now. */
  | 'late'
  | 'going';

/** A table on a server. */
export type PlaceRow = {
  readonly table: string;
  readonly server: string;
  readonly role: 'send' | 'receive' | 'both';
  /** Records that the server is known to hold. */
  readonly records: number;
  /** It gets a share of the records only. */
  readonly hasShare?: true;
  readonly state: PlaceState;
  /** How old the oldest change is that is not there yet, ms; 0: none waits. What stands still on purpose has none. */
  readonly lagMs: number;
  /** Up to when its own changes are known; absent where they were never read to the end, and of what only receives. */
  readonly readUpTo?: number;
  /** Records that wait to be delivered there. */
  readonly pending: number;
  readonly parked: number;
  /** Fields held in which it has a value of its own. */
  readonly held: number;
  /** The id of the halt; of `halted`. */
  readonly halt?: string;
  /** When it goes on by itself; of `paused` and `maintenance`, where that is known. */
  readonly until?: number;
  /** Why, in words; of `failing`. */
  readonly failing?: string;
};

export type ServerRow = {
  readonly server: string;
  /** By which API it is spoken to. */
  readonly api: 'data' | 'odata';
  /** By what it is read: the schedule alone, or its webhooks too. */
  readonly wake: 'schedule' | 'webhook';
  /** Records that wait to be delivered there, and how old the oldest change among them is, ms. */
  readonly pending: number;
  readonly lagMs: number;
  /** Its clock; absent until it was measured. */
  readonly clock?: {
    /** Server minus the machine that syncs, ms: it lies surely between the two. */
    readonly offset: Interval;
    readonly measuredAt: number;
    /** How far it stamps records off its own clock, ms: its configured zone is wrong. Absent where it does not. */
    readonly stampsOffMs?: number;
    /** The last time that it was set: new minus old, ms. */
    readonly step?: { readonly byMs: number; readonly at: number };
  };
  /** How far its clock is ahead of that of the first server that was measured, ms; absent of that one. */
  readonly skew?: { readonly against: string; readonly ms: number };
  /** Bytes that it sent today and this month, by its own calendar; `share`: of its budget, 1 is all of it. */
  readonly sent: { readonly today: number; readonly thisMonth: number; readonly share?: number };
  /** Its webhooks, where it is to call; absent where the schedule alone counts, or nothing is known yet. */
  readonly woken?: {
    readonly webhooks: number;
    readonly lastCallAt?: number;
    /** Why its calls do not arrive, in words. */
    readonly trouble?: string;
  };
  /** Since when it cannot be worked with, and why; absent where it can. */
  readonly failing?: { readonly since: number; readonly code: string; readonly words: string };
};

export type Containers = {
  /** The largest file that is carried, bytes. */
  readonly limitBytes: number;
  /** Where files are kept on this machine; absent of a stack, which has a bucket for them. */
  readonly folder?: string;
  /** Containers that are kept the same, as far as they are known. */
  readonly fields: number;
  /** Records that are parked for a file, and of these: since it is larger than the limit. */
  readonly parked: number;
  readonly tooLarge: number;
};

export type Matter = {
  readonly kind: string;
  /** `now`: something does not go on; `soon`: it will not, one day; `later`: it goes on as it is. */
  readonly urgency: 'now' | 'soon' | 'later';
  readonly since?: number;
  readonly table?: string;
  readonly server?: string;
  readonly count?: number;
  /** A sentence without a full stop, to stand behind the place. */
  readonly text: string;
  /** What is to be done elsewhere first: a sentence. */
  readonly first?: string;
  /** The command that shows more of it or ends it, as it is typed. */
  readonly command: string;
};

/** Neither a table nor a server: everything is paused. */
export type Pause = {
  readonly table?: string;
  readonly server?: string;
  readonly since: number;
  /** Absent: until it is resumed. */
  readonly until?: number;
};
