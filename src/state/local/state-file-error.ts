/**
 * What is wrong with the state directory as a whole: which file, what was found there and what to do next.
 *
 *   R9  No message holds a token or anything of a record.
 */
export type StateFileErrorCode =
  /** The directory holds no state yet. */
  | 'state-missing'
  /** Another process has it. */
  | 'state-in-use'
  /** Written by a later version of this program. */
  | 'state-newer-version'
  /** Written by an earlier version; only opening it for writing brings it up to date. */
  | 'state-older-version'
  /** Another program's file, or one that is damaged. */
  | 'state-not-ours'
  /** It belongs to other servers or tables than those of the configuration. */
  | 'state-other-servers'
  /** The folder of files is that of another state. */
  | 'state-other-folder'
  /** The operating system does not let us in. */
  | 'state-inaccessible';

const dispositions: Readonly<Record<StateFileErrorCode, 'retry' | 'configuration'>> = {
  'state-missing': 'configuration',
  'state-in-use': 'retry',
  'state-newer-version': 'configuration',
  'state-older-version': 'configuration',
  'state-not-ours': 'configuration',
  'state-other-servers': 'configuration',
  'state-other-folder': 'configuration',
  'state-inaccessible': 'configuration',
};

export class StateFileError extends Error {
  readonly code: StateFileErrorCode;
  readonly disposition: 'retry' | 'configuration';
  readonly path: string;
  readonly remedy: string;

  /** `found`: lower case, without the path. `remedy`: a sentence. */
  constructor(
    code: StateFileErrorCode,
    path: string,
    found: string,
    remedy: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(`${path}: ${found}. ${remedy}`, options);
    this.name = 'StateFileError';
    this.code = code;
    this.disposition = dispositions[code];
    this.path = path;
    this.remedy = remedy;
  }
}
