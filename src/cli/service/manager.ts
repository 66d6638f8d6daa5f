/**
 * What keeps a program running on a system: systemd, launchd, or the Task Scheduler of Windows. Each says what is written
 * where, which commands it takes, and what it knows of the service; nothing is done here.
 */

/** `system`: started at boot, put there by an administrator. `user`: of one user, who needs no other rights. */
export type Scope = 'system' | 'user';

export type User = {
  readonly name: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
};

/** Which service: its name, such as `serversync-branch`, where it belongs, and where this user's files are. */
export type Place = {
  readonly name: string;
  readonly scope: Scope;
  readonly user: User;
  readonly home: string;
};

export type Service = Place & {
  /** Program and arguments; every path is absolute, and none has a control character. */
  readonly command: readonly string[];
  readonly configFile: string;
  /** The only directories that it writes to. */
  readonly writes: readonly string[];
};

/** A question, and its whole answer but blanks around it. */
export type Answered = { readonly question: readonly string[]; readonly answer: string };

export type Step =
  | { readonly kind: 'write'; readonly path: string; readonly text: string; readonly encoding?: 'utf16le' }
  | { readonly kind: 'remove'; readonly path: string }
  | {
      readonly kind: 'run';
      readonly command: readonly string[];
      /** What is said where it fails, and the work goes on; without it the work ends there. */
      readonly orElse?: string;
      /** Default 1; a second later each. */
      readonly tries?: number;
      /** Where this question is answered so, what the command would do is done already. */
      readonly unless?: Answered;
    };

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program and gives what it said; one that cannot be started has code 127. */
export type Ask = (command: readonly string[]) => Promise<Ran>;

export type ServiceStatus = {
  readonly isEnabled: boolean;
  readonly startsAtBoot: boolean;
  readonly isRunning: boolean;
  /** It has ended, and waits for its next start. */
  readonly isRestarting?: boolean;
  /** Epoch ms; undefined where it does not run, or it is not known. */
  readonly since?: number;
  readonly pid?: number;
  /** Times that it was started again since the system or the service was started. */
  readonly restarts?: number;
  /** It ended by itself and not well: nobody stopped it. Undefined where the system does not tell. */
  readonly hasFailed?: boolean;
  /** Of the last end of the program. */
  readonly lastExit?: string;
  /** What it said last, where the system keeps it. */
  readonly lines?: readonly string[];
  /** Commands, and what each would mend. */
  readonly advice: readonly string[];
};

export interface ServiceManager {
  /** As people call it. */
  readonly title: string;
  /** Where lines go: the system keeps them, or nobody does, so that they need a file. */
  readonly keepsLines: boolean;
  /** Throws Refused where the system cannot take such a path. */
  readonly text: (service: Service) => string;
  /** What is there by that name, as text; undefined for nothing. */
  readonly found: (place: Place, ask: Ask) => Promise<string | undefined>;
  /** Whether what was found by `found` is what `text` makes. */
  readonly isSame: (found: string, text: string) => boolean;
  /** An argument of the program as it stands in the text. */
  readonly quoted: (argument: string) => string;
  /** From nothing, or another text of ours, to one that runs and is started at boot; repeating it does no harm. */
  readonly install: (service: Service, isThere: boolean) => readonly Step[];
  readonly uninstall: (place: Place) => readonly Step[];
  readonly start: (place: Place) => readonly Step[];
  /** Until it is started, or the next boot. */
  readonly stop: (place: Place) => readonly Step[];
  readonly status: (place: Place, ask: Ask) => Promise<ServiceStatus>;
  /** How a program is run as another user, to see what that one may. */
  readonly as: (user: string, command: readonly string[]) => readonly string[];
}

/** In every text that is ours. */
export const madeBy = 'serversync service install';
