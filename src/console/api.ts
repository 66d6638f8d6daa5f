/**
 * The contract between the console's page and its server: what can be asked, with what, and what comes back. Types and one
 * list only, so that the page can be bundled with it.
 *
 * Every request carries the token, as `Authorization: Bearer TOKEN`; the page finds it behind `#token=` in its own address. A
 * query is in the address, a body is JSON. An answer is JSON: with status 200 what is said here, with any other a `Failed`.
 *
 * Instants are numbers, ms since 1970 in UTC, of the clock of the machine that the console runs on. Durations are ms. What is
 * optional is absent, never null.
 */
import type { ActsAnswer } from './api/acts.ts';
import type {
  ConflictAnswer,
  ConflictId,
  ConflictsAnswer,
  ConflictsQuery,
  ResolveBody,
  UndoBody,
} from './api/conflicts.ts';
import type { AnswerBody, HaltAnswer, HaltsAnswer } from './api/halts.ts';
import type { HistoryAnswer, HistoryQuery, PutBackAnswer, PutBackBody } from './api/history.ts';
import type { Job, JobBody, JobsAnswer } from './api/jobs.ts';
import type { OverviewAnswer } from './api/overview.ts';
import type { ParkedAnswer, ParkedBody, ParkedQuery } from './api/parked.ts';
import type { PauseBody, ResumeBody } from './api/pauses.ts';
import type { TrendsAnswer, TrendsQuery } from './api/trends.ts';

/** What goes in and out, by method and path. No query and no body: none is read. */
export type Api = {
  /** Everything that an overview shows, at one instant. Cheap enough to be asked every 5 seconds. */
  'GET /api/overview': { readonly query: NoQuery; readonly answer: OverviewAnswer };
  /** What became of lag, clocks and throughput. Once a minute is often enough. */
  'GET /api/trends': { readonly query: TrendsQuery; readonly answer: TrendsAnswer };

  /** Latest first. */
  'GET /api/conflicts': { readonly query: ConflictsQuery; readonly answer: ConflictsAnswer };
  /** One, with all its fields, and with what they held before where that is kept. */
  'GET /api/conflict': { readonly query: ConflictId; readonly answer: ConflictAnswer };
  'POST /api/conflict/resolve': { readonly body: ResolveBody; readonly answer: Done & ConflictAnswer };
  /** Takes the last choice back. */
  'POST /api/conflict/undo': { readonly body: UndoBody; readonly answer: Done & ConflictAnswer };

  'GET /api/parked': { readonly query: ParkedQuery; readonly answer: ParkedAnswer };
  /** Those of the body are tried with the next run (of a stack: within two minutes). The answer is all that is parked. */
  'POST /api/parked/retry': { readonly body: ParkedBody; readonly answer: Done & ParkedAnswer };

  'GET /api/halts': { readonly query: NoQuery; readonly answer: HaltsAnswer };
  /** One, with the keys of some records where it is about records. */
  'GET /api/halt': { readonly query: { readonly id: string }; readonly answer: HaltAnswer };
  'POST /api/halt/answer': { readonly body: AnswerBody; readonly answer: Done & HaltsAnswer };

  'GET /api/history': { readonly query: HistoryQuery; readonly answer: HistoryAnswer };
  /** With `dryRun` nothing is changed: the answer says what would be. */
  'POST /api/history/put-back': { readonly body: PutBackBody; readonly answer: PutBackAnswer };

  'POST /api/pause': { readonly body: PauseBody; readonly answer: Done & OverviewAnswer };
  'POST /api/resume': { readonly body: ResumeBody; readonly answer: Done & OverviewAnswer };

  /** Who decided what, latest first. `limit`: 1 to 1000, default 100. */
  'GET /api/acts': { readonly query: { readonly limit?: string }; readonly answer: ActsAnswer };

  /** Latest first; they are forgotten when the console ends. */
  'GET /api/jobs': { readonly query: NoQuery; readonly answer: JobsAnswer };
  'GET /api/job': { readonly query: { readonly id: string }; readonly answer: Job };
  /** Begins to plan or to compare. One at a time: 409 while another one is at work. */
  'POST /api/jobs': { readonly body: JobBody; readonly answer: Job };
  /** Ends it between two requests. The answer is the job as it is by then: it may still be ending. */
  'POST /api/job/cancel': { readonly body: { readonly id: string }; readonly answer: Job };
};

export type Endpoint = keyof Api;

/** None may be given. */
export type NoQuery = Readonly<Record<string, never>>;

/** What an act came to. */
export type Done = {
  /** What the command of the same name says, a line each: to be shown as it stands. Indented lines belong to the one before. */
  readonly done: readonly string[];
};

/** Any status but 200. */
export type Failed = {
  readonly error: {
    /**
     * What a program goes by: that of the command, or one of `no-token` (401), `other-origin` (403), `no-such-endpoint` (404),
     * `bad-request` (400), `too-large` (413), `job-at-work` (409), `unexpected` (500).
     */
    readonly code: string;
    /** For people: what, where, and what would be right; may have line ends. */
    readonly message: string;
  };
};

/**
 * What failures are answered with: 400 what was asked for cannot be done so (a wrong name, a value that is none); 409 not
 * now: somebody works with the state of this machine (`state-in-use`), the record was changed meanwhile (`record-busy`), or
 * something was decided that the page had not seen (`chosen-since`);
 * 503 the state cannot be reached or read now.
 */
export type FailedStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 500 | 503;
