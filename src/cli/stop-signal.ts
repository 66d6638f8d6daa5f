/** Aborts on SIGINT and SIGTERM: work ends between two requests, sessions are logged out. A second one ends at once. */

/** What is told of stopping: at once, and when it is over. */
export type StopWords = { readonly now: string; readonly after: string };

const ofRun: StopWords = {
  now: 'what is under way is ended, sessions are logged out',
  after: 'what is left is kept, run it again to go on',
};

/** Of what keeps nothing. */
export const ofPractice: StopWords = {
  now: 'the simulated servers are ended',
  after: 'nothing of it is kept',
};

/** Of a command that changes nothing. */
export const ofChecking: StopWords = {
  now: 'sessions are logged out',
  after: 'nothing was written, run it again',
};

/** Of a command that waits before it changes anything. */
export const ofApproval: StopWords = {
  now: 'it waits no longer',
  after: 'nothing was approved, run it again',
};

/** Of a command that only shows. */
export const ofShowing: StopWords = { now: 'it shows no more', after: 'nothing was changed' };

/** Of a command that waits for what others do. */
export const ofFollowing: StopWords = {
  now: 'it waits no longer',
  after: 'what was asked for is done all the same. serversync status --stack shows what follows from it',
};

export class Stopped extends Error {
  constructor(signal: NodeJS.Signals, after: string = ofRun.after) {
    super(`stopped by ${signal}: ${after}`);
    this.name = 'Stopped';
  }
}

export function stopSignal({ now, after }: StopWords = ofRun): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write(`\nstopping: ${now} (again to stop at once)\n`);
      controller.abort(new Stopped(signal, after));
    });
  }
  return controller.signal;
}

/** Resolves once it is. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((over) => {
    if (signal.aborted) over();
    else signal.addEventListener('abort', () => over(), { once: true });
  });
