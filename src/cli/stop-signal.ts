/** Aborts on SIGINT and SIGTERM: work ends between two requests, sessions are logged out. A second one ends at once. */
export class Stopped extends Error {
  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.name = 'Stopped';
  }
}

export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write(
        '\nstopping: what is under way is ended, sessions are logged out (again to stop at once)\n',
      );
      controller.abort(new Stopped(signal));
    });
  }
  return controller.signal;
}
