/** A server of which nothing is asked now: a function that would work there ends before it opens anything. */
import { Standstills } from '../src/composition/paused-places.ts';
import { systemClock } from '../src/composition/system-clock.ts';
import type { ServerName } from '../src/core/names.ts';
import type { Installation } from './composition.ts';

export const standstillsIn = ({
  configuration,
  state,
}: Pick<Installation, 'configuration' | 'state'>): Promise<Standstills> =>
  Standstills.read(configuration, state.control, systemClock.now());

export const isStandingStill = async (
  of: Pick<Installation, 'configuration' | 'state'>,
  server: ServerName,
): Promise<boolean> => (await standstillsIn(of)).isWhole(of.configuration, server);
