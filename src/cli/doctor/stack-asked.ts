/** What the checks of a stack have in common: what they ask, and what becomes of a right that is missing. */
import { commandLine } from '../../composition/command-line.ts';
import type { Configuration, ServerConfiguration } from '../../config/configuration.ts';
import type { CheckId } from '../../doctor/catalogue.ts';
import { type Finding, type Found, unproven } from '../../doctor/finding.ts';
import { AwsStateError } from '../../state/aws/state-error.ts';
import type { StackReads } from './stack-reads.ts';

export type StackAsked = {
  readonly stack: string;
  readonly configFile: string;
  readonly configuration: Configuration;
  /** Those that are looked at. */
  readonly servers: readonly ServerConfiguration[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly reads: StackReads;
};

/** A command for this stack, as it is typed. */
export const typed = ({ stack, configFile }: StackAsked, ...words: readonly string[]): string =>
  commandLine(words, { configFile, stateDirectory: undefined, stack });

/** What AWS does not let one see, or does not answer, is told as that, and keeps nobody from the other checks. */
export async function looked(
  check: CheckId,
  ask: () => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AwsStateError) return [notLooked(check, error)];
    throw error;
  }
}

export function notLooked(check: CheckId, { message }: AwsStateError): Found {
  const [found = message, ...remedies] = message.split('. ');
  return unproven(check, `not looked at: ${found}`, remedies.join('. '));
}

/** The same for each server, with its name. */
export async function lookedAtEach(
  { servers }: StackAsked,
  check: CheckId,
  ask: (server: ServerConfiguration) => Promise<readonly Found[]>,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  // One after the other: AWS takes few of these requests in a second.
  for (const server of servers) {
    const own = await looked(check, () => ask(server));
    found.push(...own.map((one) => ({ ...one, server: server.name })));
  }
  return found;
}
