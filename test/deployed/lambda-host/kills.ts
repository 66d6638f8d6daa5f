/** Sandboxes that a test wants dead in the middle of an invocation. */
import type { Hook, RecordedRequest, Verdict } from '../recorder/recorder.ts';

export type KillPoint = {
  /** Only these requests count, as `dynamodb:PutItem`; default: every one. */
  readonly operation?: string;
  /** At which of them, from 1. Default 1. */
  readonly nth?: number;
  /** Whether the emulator has done that request's work by then. Default 'after': it has, and nobody was told. */
  readonly moment?: 'before' | 'after';
};

type Armed = {
  readonly functionName: string;
  readonly point: KillPoint;
  readonly killed: (request: RecordedRequest) => void;
  sandbox: number | undefined;
  seen: number;
};

export class Kills {
  #armed: Armed[] = [];
  readonly #kill: (sandbox: number) => void;

  constructor(kill: (sandbox: number) => void) {
    this.#kill = kill;
  }

  /** Strikes in the next invocation of the function that comes to this point; resolves with the request at which. */
  arm(functionName: string, point: KillPoint): Promise<RecordedRequest> {
    const { promise, resolve } = Promise.withResolvers<RecordedRequest>();
    this.#armed.push({ functionName, point, killed: resolve, sandbox: undefined, seen: 0 });
    return promise;
  }

  /** Those that have not struck yet never will. */
  disarm(): void {
    this.#armed = [];
  }

  /** A sandbox begins with an event: a kill that is armed and has no victim yet takes it. */
  began(functionName: string, sandbox: number): void {
    for (const armed of this.#armed) if (armed.sandbox === sandbox) armed.sandbox = undefined;
    const free = this.#armed.find(
      (armed) => armed.functionName === functionName && armed.sandbox === undefined,
    );
    if (free === undefined) return;
    free.sandbox = sandbox;
    free.seen = 0;
  }

  readonly hook: Hook = (request) => {
    const armed = this.#armed.find(({ sandbox }) => sandbox === request.sandbox);
    if (armed === undefined || !counts(armed.point, request)) return 'pass';
    armed.seen += 1;
    return armed.seen < (armed.point.nth ?? 1) ? 'pass' : this.#strike(armed, request);
  };

  #strike(armed: Armed, request: RecordedRequest): Verdict {
    this.#armed = this.#armed.filter((other) => other !== armed);
    const atCut = (): void => {
      this.#kill(request.sandbox);
      armed.killed(request);
    };
    return { kind: 'cut', when: armed.point.moment ?? 'after', atCut };
  }
}

const counts = ({ operation }: KillPoint, request: RecordedRequest): boolean =>
  operation === undefined || operation === request.operation;
