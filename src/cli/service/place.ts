/** Which service a command is about. */
import { Refused } from '../refused.ts';
import type { Place, ServiceManager } from './manager.ts';
import { managerOf, type System } from './system.ts';

export type Named = {
  /** Undefined: the only one. */
  readonly name: string | undefined;
};

/** Always begun so, so that it is never another program's. */
const prefix = 'serversync';

/** Throws Refused. */
export function placeOf({ name }: Named, system: System): Place {
  if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,39}$/.test(name))
    throw new Refused(
      'service-refused',
      `${JSON.stringify(name)} cannot be the name of a service. Write small letters, digits and -, such as --name branch`,
    );
  const { scope, user, home } = system;
  return { name: name === undefined ? prefix : `${prefix}-${name}`, scope, user, home };
}

export type Found = {
  readonly manager: ServiceManager;
  readonly place: Place;
  readonly text: string | undefined;
};

/** What is there by the name. Who is no administrator finds that of the system too, where there is none of their own. */
export async function findService(named: Named, system: System): Promise<Found> {
  const manager = managerOf(system);
  const place = placeOf(named, system);
  const text = await manager.found(place, system.ask);
  if (text !== undefined || place.scope === 'system') return { manager, place, text };
  const ofSystem: Place = { ...place, scope: 'system' };
  const there = await manager.found(ofSystem, system.ask);
  return there === undefined ? { manager, place, text } : { manager, place: ofSystem, text: there };
}

/** `--name branch`, or nothing, as it is typed after `serversync service …`. */
export const nameOption = ({ name }: Named): string => (name === undefined ? '' : ` --name ${name}`);
