/** What a run would write, as `serversync plan --json` has it: fields that it has beside these are for programs. No values. */

export type PlanResult = {
  /** 0: a run would write nothing; 1: something, or something is for a person to see to; 3: a server failed. */
  readonly exitCode: number;
  readonly tookMs: number;
  /** Each table on each server. */
  readonly work: readonly PlannedWork[];
  /** Conflicts that a run would find, by who would win and why. */
  readonly conflicts: readonly {
    readonly table: string;
    readonly kind: string;
    readonly rule?: string;
    readonly winner: string;
    readonly loser: string;
    readonly fields: number;
    /** Who would win by which rule, or that nobody would. */
    readonly words: string;
  }[];
  /** Some of them. */
  readonly conflicting: readonly { readonly table: string; readonly key: string; readonly field: string }[];
  /** Records that would be parked for what was found in reading. */
  readonly parked: readonly {
    readonly table: string;
    readonly server: string;
    readonly code: string;
    readonly records: number;
  }[];
  /** `isNew`: the run would halt it; else it is halted already. */
  readonly halted: readonly {
    readonly table: string;
    readonly server: string;
    readonly id: string;
    readonly why: string;
    readonly isNew: boolean;
    /** What would be seen, in one sentence. */
    readonly words: string;
  }[];
  readonly failures: readonly ServerFailure[];
};

export type PlannedWork = {
  readonly table: string;
  readonly server: string;
  readonly creates: number;
  readonly edits: number;
  readonly deletes: number;
  /** In how many edits each field would be written. */
  readonly fields: Readonly<Record<string, number>>;
  /** Records among them that are parked there now. */
  readonly parkedNow: number;
  /** The first of each kind; absent with a limit of 0. `fields`: of an edit. */
  readonly records?: readonly {
    readonly kind: 'create' | 'edit' | 'delete' | 'none';
    readonly key: string;
    readonly fields?: readonly string[];
  }[];
};

export type ServerFailure = { readonly server: string; readonly code: string; readonly message: string };
