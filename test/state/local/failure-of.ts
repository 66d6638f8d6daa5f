import { StateFileError } from '../../../src/state/local/state-file-error.ts';

/** The StateFileError that the work throws; anything else is thrown on. */
export function failureOf(work: () => unknown): StateFileError {
  try {
    work();
  } catch (error) {
    if (error instanceof StateFileError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
