/** What lists of files and layouts say (help.claris.com data-api-guide get-database-names, get-layout-names). */
import { z } from 'zod';
import { type Place, unreadable } from '../http/failures.ts';

const databaseList = z.object({ databases: z.array(z.object({ name: z.string() })) });

const layoutEntry = z.object({
  name: z.string(),
  isFolder: z.boolean().optional(),
  get folderLayoutNames() {
    return z.array(layoutEntry).optional();
  },
});

const layoutList = z.object({ layouts: z.array(layoutEntry) });

export function databaseNames(place: Place, response: unknown): readonly string[] {
  const shown = databaseList.safeParse(response);
  if (!shown.success) throw unreadable(place, 'a list of files without their names');
  return shown.data.databases.map(({ name }) => name.replace(/\.fmp12$/i, ''));
}

/** Those in folders too. A `-` is a line in the menu of layouts (assumed). */
export function layoutNames(place: Place, response: unknown): readonly string[] {
  const shown = layoutList.safeParse(response);
  if (!shown.success) throw unreadable(place, 'a list of layouts without their names');
  return shown.data.layouts.flatMap(namesIn).filter((name) => name !== '-');
}

function namesIn({ name, isFolder, folderLayoutNames }: z.infer<typeof layoutEntry>): readonly string[] {
  if (folderLayoutNames !== undefined) return folderLayoutNames.flatMap(namesIn);
  return isFolder === true ? [] : [name];
}
