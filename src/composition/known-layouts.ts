/**
 * The layouts that the tables are resolved against. Where several processes work, each server's are read by those who read
 * that server, and stored; everybody else goes by what is stored. Otherwise each process would need sessions everywhere, and a
 * server that is down would hold up those that are not (R7). Nor does one layout hold up the others of its server.
 */
import { type Configuration, furtherLayouts, type LayoutPlace } from '../config/configuration.ts';
import type { FieldList, FieldLists } from '../ports/control.ts';
import type { LayoutField, Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Drifted, LayoutStates } from './drift.ts';
import { shownOrRenamed } from './former-fields.ts';
import type { Standstills } from './paused-places.ts';

export type KnownLayouts = LayoutStates & {
  /** Its server answered for it just now: with fields, or that there is no such layout. */
  readonly isFresh: (place: LayoutPlace) => boolean;
  readonly isKnown: (place: LayoutPlace) => boolean;
  /** Whether its fields are known, as every process knows them; false where its server says that there is no such layout. */
  readonly hasFields: (place: LayoutPlace) => boolean;
  /** As it was stored when the layouts were looked up. */
  readonly stored: (place: LayoutPlace) => FieldList | undefined;
  /** Its server knows it by its id alone, since it is called otherwise there now. */
  readonly isRenamed: (place: LayoutPlace) => boolean;
  /** Whether the server that was asked answered for any layout. */
  readonly isAnswered: boolean;
};

export type LayoutSources = {
  readonly lists: FieldLists;
  /** Whose layouts are asked for; what it does not answer now is taken as it was stored. */
  readonly live: Server | undefined;
  /** Whether a layout is asked for; default: each. What is not goes by what is stored. */
  readonly mayAsk?: (place: LayoutPlace) => boolean;
  readonly signal: AbortSignal;
};

/** Not those which nothing but what is paused goes by. */
export function askedFor({ tables }: Configuration, stands: Standstills): (place: LayoutPlace) => boolean {
  const going = tables.map(({ name, links }) => ({
    links: links.filter(({ server }) => stands.at(name, server) === undefined),
  }));
  const names = new Set(placesOf(going).map(nameOf));
  return (place) => names.has(nameOf(place));
}

type Shown = {
  readonly stored: FieldList | undefined;
  /** What the server answered just now. */
  readonly answer?: readonly LayoutField[] | ServerError;
  readonly isRenamed?: boolean;
  /** Why the server shows none, where none was stored before. */
  readonly failure?: ServerError;
};

/** Throws ServerError where the live server shows none of its layouts, and none was ever stored. */
export async function knownLayouts(
  { tables }: Configuration,
  { lists, live, mayAsk = () => true, signal }: LayoutSources,
): Promise<KnownLayouts> {
  const found = await lookedUp(tables, async (place) => {
    const stored = await storedList(lists, place);
    if (live?.name !== place.server || !mayAsk(place)) return { stored };
    return shownBy(live, place, stored, signal, ({ code }) => code !== 'account-refused');
  });
  const ofRecords = tables.flatMap(({ links }) => links.flatMap((link) => found.get(nameOf(link)) ?? []));
  const failures = ofRecords.flatMap(({ failure }) => failure ?? []);
  const asked = ofRecords.filter(({ answer, failure }) => answer ?? failure);
  if (failures[0] !== undefined && failures.length === asked.length) throw failures[0];
  return layoutsIn(found);
}

/** In one process, which asks every server. Throws what one answers that was never read before. */
export async function liveLayouts(
  { tables }: Configuration,
  servers: ReadonlyMap<string, Server>,
  { lists, mayAsk, signal }: Required<Omit<LayoutSources, 'live'>>,
): Promise<KnownLayouts> {
  const found = await lookedUp(tables, async (place) => {
    const live = servers.get(place.server);
    if (live === undefined) throw new Error(`no server named ${place.server}`);
    const stored = await storedList(lists, place);
    if (!mayAsk(place)) return { stored };
    const shown = await shownBy(live, place, stored, signal, ({ disposition }) => disposition === 'retry');
    if (shown.failure && isOfRecords(tables, place)) throw shown.failure;
    return shown;
  });
  return layoutsIn(found);
}

/** What else a table is read by may be known later. */
const isOfRecords = (tables: Configuration['tables'], place: LayoutPlace): boolean =>
  tables.some(({ links }) => links.some((link) => nameOf(link) === nameOf(place)));

const placesOf = (
  tables: readonly Pick<Configuration['tables'][number], 'links'>[],
): readonly LayoutPlace[] =>
  tables.flatMap(({ links }) => links.flatMap((link) => [link, ...furtherLayouts(link)]));

async function lookedUp(
  tables: Configuration['tables'],
  look: (place: LayoutPlace) => Promise<Shown>,
): Promise<ReadonlyMap<string, Shown>> {
  const places = new Map(placesOf(tables).map((place) => [nameOf(place), place] as const));
  const found = await Promise.all(
    [...places].map(async ([name, place]) => [name, await look(place)] as const),
  );
  return new Map(found);
}

function layoutsIn(found: ReadonlyMap<string, Shown>): KnownLayouts {
  const at = (place: LayoutPlace): Shown | undefined => found.get(nameOf(place));
  const now = (place: LayoutPlace): ReturnType<LayoutStates['now']> => {
    const shown = at(place);
    return shown?.answer ?? shown?.stored?.shown ?? shown?.stored?.fields;
  };
  return {
    now,
    stored: (place) => at(place)?.stored,
    isRenamed: (place) => at(place)?.isRenamed === true,
    last: (place) => at(place)?.stored?.fields,
    isFresh: (place) => at(place)?.answer !== undefined,
    isKnown: (place) => now(place) !== undefined,
    hasFields: (place) => Array.isArray(now(place)),
    isAnswered: [...found.values()].some(({ answer }) => answer !== undefined),
  };
}

const nameOf = ({ server, database, layout }: LayoutPlace): string =>
  JSON.stringify([server, database, layout]);

const storedList = (
  lists: FieldLists,
  { server, database, layout }: LayoutPlace,
): Promise<FieldList | undefined> => lists.fieldList(server, database, layout);

/** `passes`: whether what was stored before stands in for an answer with this failure. */
async function shownBy(
  live: Server,
  { database, layout }: LayoutPlace,
  stored: FieldList | undefined,
  signal: AbortSignal,
  passes: (error: ServerError) => boolean,
): Promise<Shown> {
  try {
    const { answer, isRenamed } = await shownOrRenamed(live, { database, layout }, stored?.fields, signal);
    return { stored, answer, isRenamed };
  } catch (error) {
    if (!(error instanceof ServerError) || !passes(error)) throw error;
    return stored === undefined ? { stored, failure: error } : { stored };
  }
}

/** What was shown just now: from then on what all go by, unless a table cannot be worked on with it any more. */
export async function keepLayouts(
  { tables }: Configuration,
  layouts: KnownLayouts,
  drifted: readonly Drifted[],
  lists: FieldLists,
): Promise<void> {
  const links = tables.flatMap(({ name, links: of }) => of.map((link) => ({ table: name, link })));
  const isDrifted = ({ table, link }: (typeof links)[number]): boolean =>
    drifted.some((one) => one.table === table && one.server === link.server);
  const otherwise = new Set(links.filter(isDrifted).map(({ link }) => nameOf(link)));
  const fresh = new Map(
    placesOf(tables).flatMap((place) => (layouts.isFresh(place) ? [[nameOf(place), place]] : [])),
  );
  for (const [name, link] of fresh) {
    const { server, database, layout } = link;
    const [answer, last] = [layouts.now(link), layouts.last(link)];
    const shown = answer === undefined || answer instanceof ServerError ? [] : answer;
    const of = { server, database, layout, ...(layouts.isRenamed(link) && { isRenamed: true as const }) };
    const list =
      otherwise.has(name) && last !== undefined ? { ...of, fields: last, shown } : { ...of, fields: shown };
    // That a layout is missing is kept of one that was worked on.
    const isNews = list.fields.length > 0 && JSON.stringify(layouts.stored(link)) !== JSON.stringify(list);
    if (isNews) await lists.putFieldList(list);
  }
}
