import type { Path } from '../../src/config/problem.ts';

/** One wrong value in a configuration that is right otherwise, and how it is answered. */
export type WrongValue = {
  readonly name: string;
  readonly path: Path;
  readonly to: unknown;
  readonly place: string;
  readonly value?: string;
  readonly message: string;
  readonly remedy: string;
};
