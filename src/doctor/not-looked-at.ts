/** What was not looked at since something before it was at fault. */
import { type CheckId, checks } from './catalogue.ts';
import { type Found, unproven } from './finding.ts';

export const sampleChecks: readonly CheckId[] = ['rows', 'key', 'stamp', 'page-rate', 'rights'];

/** What a host shows without an account, besides that it answers. */
export const ofHost: readonly CheckId[] = ['data-api', 'version', 'clock'];

export const notLookedAt = (left: readonly CheckId[], tables: readonly string[] = []): Found =>
  unproven('rest', `not looked at: ${[...left.map(titleOf), ...tables].join(', ')}`);

const titleOf = (check: CheckId): string => checks[check].title;
