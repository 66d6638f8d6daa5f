/** How long a writer on AWS may live: for a batch with retries, or for the largest file that is carried. Infrastructure and functions ask here. */
import type { Configuration } from './configuration.ts';

/** Long enough for a batch with retries. */
export const leastWriterSeconds = 90;
/** For all besides a file: the cold start, the look-up, the logout. */
const besidesSeconds = 40;
/** What a server takes at the least, assumed: a transfer that is slower breaks off, and is begun anew. */
const bytesInASecond = 2_000_000;

/** At most 540 s for files of 1 GB; AWS allows 900 s. */
export const writerSeconds = ({ containers }: Pick<Configuration, 'containers'>): number =>
  Math.max(leastWriterSeconds, besidesSeconds + Math.ceil(containers.limitBytes / bytesInASecond));
