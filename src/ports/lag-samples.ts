import type { LagSample } from '../core/lag-sample.ts';
import type { EpochMs, ServerName } from '../core/names.ts';

/** What lag and throughput were. Only people look at it. Of a local state: a stack has its figures in CloudWatch. */
export interface LagSamples {
  /** Stores or overwrites by server and `at`. Those of the same server that are `samplesKeptMs` older may be gone then. */
  putSamples(samples: readonly LagSample[]): Promise<void>;

  /** A server's whose `at` is `from` or later, by `at`. */
  samples(server: ServerName, from: EpochMs): Promise<readonly LagSample[]>;
}
