/** What is said of container fields: how large a file may be, as people write it (`100 MB`), and where files lie on this machine. */
import { z } from 'zod';
import type { Mistake } from './problem.ts';
import { parsed, text } from './schema-parts.ts';

export const sizePattern = '^\\d+(\\.\\d+)? ?(MB|GB)$';

/** Decimal, as the sizes that ServerSync shows. */
const unitBytes: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9 };

const least = 1e6;
/** What a transfer within the time that AWS gives a function can be expected to take along (15 minutes, some 2 MB a second). */
const most = 1e9;

const remedy = 'Write a number, MB or GB, from 1 MB to 1 GB, such as "100 MB"';

export function parseSize(given: string): number | Mistake {
  const [, size, unit = ''] = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(given) ?? [];
  const each = unitBytes[unit];
  if (size === undefined || each === undefined)
    return { code: 'config-size', message: 'not a size in MB or GB', remedy };
  const bytes = Math.round(Number(size) * each);
  if (bytes < least) return { code: 'config-size', message: 'too small', remedy };
  if (bytes > most) return { code: 'config-size', message: 'too large', remedy };
  return bytes;
}

export const containers = z
  .strictObject({
    limit: parsed(parseSize)
      .prefault('100 MB')
      .meta({
        description:
          'The largest file in a container that is carried, such as "100 MB", at most "1 GB"; a record with a larger one is parked',
        pattern: sizePattern,
        examples: ['100 MB', '1 GB'],
      }),
    folder: text
      .optional()
      .describe(
        'Folder of this machine in which files of containers are kept, such as /var/lib/serversync/files; without it they lie beside the state. Not used on AWS',
      ),
  })
  .prefault({})
  .describe('A map of what is said of container fields: limit and folder');
