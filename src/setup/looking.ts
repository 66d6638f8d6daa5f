/** Looking at a server: its layouts without records first, then a sample of the tables that matter. Nothing is written. */
import type { FieldName } from '../core/names.ts';
import type { TimeZone } from '../core/time-zone.ts';
import type { InspectedField, InspectedRow, Inspection } from '../ports/inspection.ts';
import { ServerError } from '../ports/server-errors.ts';
import { stampOf } from './names.ts';
import type { Sample, SeenLayout } from './seen.ts';

export type LookedAt = {
  readonly layouts: readonly SeenLayout[];
  /** Those that the server did not show, with why. */
  readonly skipped: readonly { readonly layout: string; readonly why: string }[];
};

/** Records of each end of the table, and of the newest. More sees more, and takes longer. Assumed. */
export const sampledOfEach = 100;

/**
 * The layouts of a database, in their order; two requests for each. `told`: how many of them are looked at. Throws ServerError, but
 * not for what concerns one layout alone.
 */
export async function lookAtLayouts(
  server: Inspection,
  database: string,
  told: (done: number, all: number) => void,
  signal: AbortSignal,
): Promise<LookedAt> {
  const names = await server.layouts(database, signal);
  const layouts: SeenLayout[] = [];
  const skipped: { layout: string; why: string }[] = [];
  for (const [index, layout] of names.entries()) {
    told(index, names.length);
    if (server.api === 'odata' && /[~?]/.test(layout)) {
      skipped.push({ layout, why: unaddressable });
      continue;
    }
    try {
      layouts.push(await lookAt(server, database, layout, signal));
    } catch (error) {
      if (!(error instanceof ServerError) || !ofOneLayout.has(error.code)) throw error;
      skipped.push({ layout, why: error.message });
    }
  }
  return { layouts, skipped };
}

const unaddressable =
  'OData cannot address a name with ~ or ?. Another occurrence of the table, under another name, will do';

const ofOneLayout: ReadonlySet<ServerError['code']> = new Set([
  'layout-missing',
  'field-missing',
  'script-missing',
  'request-refused',
]);

async function lookAt(
  server: Inspection,
  database: string,
  layout: string,
  signal: AbortSignal,
): Promise<SeenLayout> {
  const { fields, portals } = await server.layout(database, layout, signal);
  const { table, total, rows } = await server.rows(database, layout, { limit: 1 }, signal);
  const [first] = rows;
  return {
    server: server.name,
    api: server.api,
    database,
    layout,
    ...(table !== undefined && { table }),
    ...(total !== undefined && { total }),
    fields,
    portals: portals.length,
    ...(first !== undefined && { first }),
  };
}

/** Three requests at most. `now`: by the clock of the host. */
export async function sampleOf(
  server: Inspection,
  seen: SeenLayout,
  by: { readonly now: () => number; readonly timeZone: TimeZone },
  signal: AbortSignal,
): Promise<Sample> {
  const { database, layout, total } = seen;
  const rows = async (asked: { readonly skip?: number; readonly latestBy?: FieldName }) =>
    (await server.rows(database, layout, { limit: sampledOfEach, ...asked }, signal)).rows;
  const first = await rows({});
  const isWhole = first.length < sampledOfEach || total === first.length;
  const last = isWhole || total === undefined ? [] : await rows({ skip: Math.max(0, total - sampledOfEach) });
  const stamp = isWhole ? undefined : seen.fields.find(isStamp)?.name;
  const newest = stamp === undefined ? [] : await rows({ latestBy: stamp });
  return { rows: once([...first, ...last, ...newest]), isWhole, at: by.now(), timeZone: by.timeZone };
}

const isStamp = ({ name, type, autoEnter, kind, global }: InspectedField): boolean =>
  autoEnter && kind === 'normal' && !global && type === 'timestamp' && stampOf(name, type) === 'changed';

/** In order of creation. */
const once = (rows: readonly InspectedRow[]): readonly InspectedRow[] =>
  [...new Map(rows.map((row) => [row.recordId, row])).values()].toSorted(
    (a, b) => Number(a.recordId) - Number(b.recordId),
  );
