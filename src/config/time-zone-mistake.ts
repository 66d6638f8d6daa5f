/** A time zone that is not one, and the IANA name that was probably meant. */
import { isTimeZone } from '../core/time-zone.ts';
import type { Mistake } from './problem.ts';
import { didYouMean, nearest } from './suggest.ts';

const example = 'Write the name of a city there, such as America/New_York, or UTC. ';
const list = 'Names are listed at https://en.wikipedia.org/wiki/List_of_tz_database_time_zones';

/**
 * The JavaScript engine also takes offsets, which know no summer time, and abbreviations, which it reads in its own
 * way (BST is Bangladesh): neither says what the host's clock shows.
 */
export function timeZoneMistake(name: string): Mistake | undefined {
  if (!isTimeZone(name))
    return {
      code: 'config-time-zone',
      message: 'not a time zone',
      remedy: `${suggestion(name) || example}${list}`,
    };
  const remedy = `${example}${list}`;
  if (/^[+-]/.test(name))
    return { code: 'config-time-zone', message: 'an offset, which knows no summer time', remedy };
  if (/^[A-Z]{3}$/i.test(name) && !/^(UTC|GMT)$/i.test(name))
    return {
      code: 'config-time-zone',
      message: 'an abbreviation, which means different zones in different places',
      remedy,
    };
  return undefined;
}

/** By the whole name, else by the city alone: "New York" means America/New_York. */
function suggestion(name: string): string {
  const zones = Intl.supportedValuesOf('timeZone');
  const whole = didYouMean(name, zones);
  if (whole !== '') return whole;
  const byCity = new Map(zones.map((zone) => [zone.split('/').at(-1) ?? zone, zone]));
  const city = nearest(name.split('/').at(-1) ?? name, byCity.keys());
  return city === undefined ? '' : `Did you mean ${byCity.get(city)}? `;
}
