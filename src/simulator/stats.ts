/** What the server was asked for, for tests to assert on. */
import { Busy } from './busy.ts';
import { requestKinds, type RequestKind } from './description.ts';

export type Write = {
  readonly kind: 'create' | 'update' | 'duplicate' | 'delete' | 'upload';
  readonly database: string;
  readonly table: string;
  readonly recordId: string;
  /** The modId that the request named; undefined where it named none. */
  readonly modId: string | undefined;
};

export type Stats = {
  readonly requests: Readonly<Record<RequestKind, number>>;
  /** From arrival to answer, in sum, by kind. */
  readonly tookMs: Readonly<Record<RequestKind, number>>;
  /** Answers by FileMaker code; `0` is success, `html` and `reset` are troubles. */
  readonly answers: Readonly<Record<string, number>>;
  readonly writes: number;
  readonly updatesWithoutModId: number;
  readonly openSessions: number;
  readonly maxOpenSessions: number;
  readonly maxConcurrentPerToken: number;
  /** Requests that arrived while another one of their token was at work. */
  readonly overlappingRequests: number;
  /** Of the bodies of all answers, before compression. */
  readonly bytesSent: number;
};

const none = (): Record<RequestKind, number> => ({
  login: 0,
  logout: 0,
  validate: 0,
  productInfo: 0,
  databases: 0,
  metadata: 0,
  list: 0,
  read: 0,
  find: 0,
  create: 0,
  update: 0,
  duplicate: 0,
  delete: 0,
  script: 0,
  globals: 0,
  upload: 0,
  download: 0,
  count: 0,
  batch: 0,
  schema: 0,
  webhook: 0,
  call: 0,
});

/** Older writes are forgotten past this many. */
const keptWrites = 200_000;

export class Counters {
  readonly busy = new Busy();
  private requests = none();
  private tookMs = none();
  private answers: Record<string, number> = {};
  private writeLog: Write[] = [];
  private written = 0;
  private withoutModId = 0;

  request(kind: RequestKind): void {
    this.requests[kind] += 1;
  }

  /** On the clock of `performance.now()`. */
  took(kind: RequestKind, from: number, to: number): void {
    this.tookMs[kind] += to - from;
    this.busy.took(kind, from, to);
  }

  answer(code: string): void {
    this.answers[code] = (this.answers[code] ?? 0) + 1;
  }

  write(write: Write): void {
    this.written += 1;
    if (write.kind === 'update' && write.modId === undefined) this.withoutModId += 1;
    this.writeLog.push(write);
    if (this.writeLog.length > keptWrites * 2) this.writeLog = this.writeLog.slice(-keptWrites);
  }

  /** What the work counts as written is not, where it throws. */
  undoing<Result>(work: () => Result): Result {
    const [log, written, withoutModId] = [this.writeLog.length, this.written, this.withoutModId];
    try {
      return work();
    } catch (error) {
      this.writeLog.length = Math.min(this.writeLog.length, log);
      [this.written, this.withoutModId] = [written, withoutModId];
      throw error;
    }
  }

  /** Writes that took effect, oldest first. */
  writes(): readonly Write[] {
    return this.writeLog;
  }

  counts(): Pick<Stats, 'requests' | 'tookMs' | 'answers' | 'writes' | 'updatesWithoutModId'> {
    return {
      requests: { ...this.requests },
      tookMs: { ...this.tookMs },
      answers: { ...this.answers },
      writes: this.written,
      updatesWithoutModId: this.withoutModId,
    };
  }

  reset(): void {
    this.requests = none();
    this.tookMs = none();
    this.busy.reset();
    this.answers = {};
    this.writeLog = [];
    this.written = 0;
    this.withoutModId = 0;
  }
}

export const isRequestKind = (text: string): text is RequestKind =>
  requestKinds.some((kind) => kind === text);
