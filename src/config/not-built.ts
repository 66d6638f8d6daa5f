/** What the format foresees and this version refuses, so that nobody believes it to be in force. */
import type { Mistake, Path } from './problem.ts';

type NotBuilt = Mistake & {
  /** `*` stands for any name. */
  readonly at: readonly string[];
  readonly refuses: (value: unknown) => boolean;
};

const refused: readonly NotBuilt[] = [
  {
    at: ['servers', '*', 'api'],
    refuses: (value) => value === 'odata',
    code: 'config-not-built',
    message: 'not built yet: OData',
    remedy: 'Write data, or leave it out: the FileMaker Data API is used',
  },
];

export function notBuiltMistake(path: Path, value: unknown): Mistake | undefined {
  const found = refused.find(({ at, refuses }) => matches(at, path) && refuses(value));
  return found && { code: found.code, message: found.message, remedy: found.remedy };
}

function matches(at: readonly string[], path: Path): boolean {
  return at.length === path.length && at.every((step, index) => step === '*' || step === path[index]);
}
