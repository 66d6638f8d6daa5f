/** A command of the same state as it is typed, to be copied as it stands. */
import { shellWord } from './shell-word.ts';

export type TypedPlace = {
  readonly configFile: string;
  readonly stateDirectory: string | undefined;
  readonly stack?: string;
};

const standardFile = 'serversync.yaml';

/** `words`: what follows `serversync`. */
export function commandLine(words: readonly string[], place: TypedPlace): string {
  const { configFile, stateDirectory, stack } = place;
  // A secret lies in AWS: its command knows no directory.
  const hasState = stateDirectory !== undefined && words[0] !== 'secrets';
  const options = [
    ...(configFile === standardFile ? [] : ['--config', configFile]),
    ...(hasState ? ['--state', stateDirectory] : []),
    ...(stack === undefined ? [] : ['--stack', stack]),
  ];
  return ['serversync', ...words, ...options].map(shellWord).join(' ');
}
