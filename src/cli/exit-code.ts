/** What the commands exit with; documented in the README and by `--help`. */
export const exitCodes = {
  /** Everything is in step. */
  inStep: 0,
  /** Done, but something is parked, halted, or waits for a later try; or stopped, or another one is at work. */
  incomplete: 1,
  /** The configuration, a layout or the state directory has to change first; nothing was written. */
  configuration: 2,
  /** A server could not be reached, is no FileMaker Server, or refused the account. */
  server: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
