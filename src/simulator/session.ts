/**
 * Sessions by token.
 *
 *   A session ends 15 minutes after its last request (content/connect-disconnect-database), by logout, or when the
 *   server drops it; its token is 952 from then on. Requests of one token are served one at a time, in the order
 *   of their arrival; those of other tokens run beside them.
 */
import { randomBytes } from 'node:crypto';
import { FileMakerFailure } from './failure.ts';

const lifetimeMs = 15 * 60_000;

export class Session {
  readonly token = randomBytes(26).toString('hex');
  /** The cookie X-FMS-Session-Key that container downloads need. */
  readonly streamKey = randomBytes(16).toString('hex').toUpperCase();
  readonly database: string;
  readonly account: string;
  readonly globals = new Map<string, string>();
  lastUsed: number;
  /** Requests at work or waiting. */
  waiting = 0;
  /** Requests at work: at most one. */
  working = 0;
  tail: Promise<void> = Promise.resolve();

  constructor(database: string, account: string, now: number) {
    this.database = database;
    this.account = account;
    this.lastUsed = now;
  }
}

export class Sessions {
  private readonly open = new Map<string, Session>();
  private readonly now: () => number;
  capacity: number;
  maxOpen = 0;
  maxConcurrentPerToken = 0;
  overlappingRequests = 0;

  constructor(now: () => number, capacity: number) {
    this.now = now;
    this.capacity = capacity;
  }

  /** Throws 812 where no more sessions fit. */
  login(database: string, account: string): Session {
    this.expire();
    if (this.open.size >= this.capacity) throw new FileMakerFailure('812');
    const session = new Session(database, account, this.now());
    this.open.set(session.token, session);
    this.maxOpen = Math.max(this.maxOpen, this.open.size);
    return session;
  }

  /** Throws 952 where the token is none or has ended. */
  get(token: string): Session {
    const session = this.open.get(token);
    if (session && session.waiting === 0 && this.now() - session.lastUsed > lifetimeMs) {
      this.open.delete(token);
      throw new FileMakerFailure('952');
    }
    if (!session) throw new FileMakerFailure('952');
    return session;
  }

  end(token: string): void {
    this.get(token);
    this.open.delete(token);
  }

  endAll(database?: string): void {
    for (const session of this.open.values()) {
      if (database === undefined || session.database === database) this.open.delete(session.token);
    }
  }

  all(): readonly Session[] {
    this.expire();
    return [...this.open.values()];
  }

  openCount(): number {
    this.expire();
    return this.open.size;
  }

  resetCounters(): void {
    this.maxOpen = this.openCount();
    this.maxConcurrentPerToken = 0;
    this.overlappingRequests = 0;
  }

  /** Runs the work when the requests that came before it on this token are done. */
  async inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
    const before = session.tail;
    const turn = Promise.withResolvers<void>();
    session.tail = turn.promise;
    session.waiting += 1;
    if (session.waiting > 1) {
      this.overlappingRequests += 1;
      await before;
    }
    session.working += 1;
    this.maxConcurrentPerToken = Math.max(this.maxConcurrentPerToken, session.working);
    try {
      this.get(session.token);
      session.lastUsed = this.now();
      return await work();
    } finally {
      session.lastUsed = this.now();
      session.working -= 1;
      session.waiting -= 1;
      turn.resolve();
    }
  }

  private expire(): void {
    const now = this.now();
    for (const session of this.open.values()) {
      if (session.waiting === 0 && now - session.lastUsed > lifetimeMs) this.open.delete(session.token);
    }
  }
}
