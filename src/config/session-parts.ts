/** How the sessions of a server are shared on AWS, by processes that share nothing but slots: one for whoever reads it, one for whoever sweeps it, the rest for the writers. */
import { dutiesOf, forReading, forSweeping, writersPerServer } from './aws-parts.ts';
import type { Configuration, ServerConfiguration } from './configuration.ts';

export type SessionParts = { readonly reader: number; readonly eachWriter: number };

/** Writers share nothing to count by: each has its part, so that all together never pass the rate, and one alone stays below it. */
export const rateOfEachWriter = ({ maxRate }: Pick<ServerConfiguration, 'maxRate'>): number | undefined =>
  maxRate === undefined ? undefined : maxRate / writersPerServer;

export function sessionParts(
  configuration: Configuration,
  { name, sessions }: ServerConfiguration,
): SessionParts {
  if (!dutiesOf(configuration, name).receives) return { reader: forReading, eachWriter: 0 };
  const eachWriter = Math.max(1, Math.floor((sessions - forReading - forSweeping) / writersPerServer));
  return { reader: forReading, eachWriter };
}
