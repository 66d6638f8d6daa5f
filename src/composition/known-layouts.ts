/**
 * The layouts that the tables are resolved against, where several processes work: each server's are read by those who read
 * that server, and stored; everybody else goes by what is stored. Otherwise each process would need sessions everywhere, and a
 * server that is down would hold up those that are not (R7). Nor does one layout hold up the others of its server.
 */
import type { Configuration, LinkConfiguration } from '../config/configuration.ts';
import type { LayoutOf } from '../config/resolve.ts';
import type { FieldLists } from '../ports/control.ts';
import type { LayoutField, Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';

type Place = Pick<LinkConfiguration, 'server' | 'database' | 'layout'>;

export type KnownLayouts = {
  readonly isKnown: (place: Place) => boolean;
  /** Whether its fields are known, as every process knows them; false where its server says that there is no such layout. */
  readonly hasFields: (place: Place) => boolean;
  /** Whether the server that was asked answered for any layout. */
  readonly isAnswered: boolean;
  /** Of those that are known; throws what the server answered instead of a layout. */
  readonly layoutOf: LayoutOf;
};

export type LayoutSources = {
  readonly lists: FieldLists;
  /** Whose layouts are asked for; what it does not answer now is taken as it was stored. */
  readonly live: Server | undefined;
  readonly signal: AbortSignal;
};

/** Throws ServerError where the live server shows none of its layouts, and none was ever stored. */
export async function knownLayouts(
  { tables }: Configuration,
  { lists, live, signal }: LayoutSources,
): Promise<KnownLayouts> {
  const places = new Map(tables.flatMap(({ links }) => links.map((link) => [nameOf(link), link] as const)));
  const found = await Promise.all(
    [...places].map(async ([name, place]) => {
      const stored = await storedFields(lists, place);
      const isLive = live !== undefined && live.name === place.server;
      const shown: Shown = isLive
        ? await shownFields(lists, live, place, stored, signal)
        : { answer: stored };
      return [name, shown] as const;
    }),
  );
  const known = new Map(
    found.flatMap(([name, { answer }]) => (answer === undefined ? [] : [[name, answer] as const])),
  );
  const failures = found.flatMap(([, { failure }]) => failure ?? []);
  const asked = [...places.values()].filter(({ server }) => server === live?.name);
  if (failures[0] !== undefined && failures.length === asked.length) throw failures[0];
  return {
    isKnown: (place) => known.has(nameOf(place)),
    hasFields: (place) => Array.isArray(known.get(nameOf(place))),
    isAnswered: found.some(([, { isFresh }]) => isFresh === true),
    layoutOf: async (server, database, layout) => {
      const fields = known.get(nameOf({ server, database, layout }));
      if (fields instanceof ServerError) throw fields;
      if (fields === undefined) throw new Error(`layout ${layout} of server ${server} is not known`);
      return fields;
    },
  };
}

const nameOf = ({ server, database, layout }: Place): string => JSON.stringify([server, database, layout]);

const storedFields = async (
  lists: FieldLists,
  { server, database, layout }: Place,
): Promise<readonly LayoutField[] | undefined> => (await lists.fieldList(server, database, layout))?.fields;

type Shown = {
  /** Fields, or that there is no such layout; undefined where neither is known. */
  readonly answer: readonly LayoutField[] | ServerError | undefined;
  /** Why the server shows none, where none was stored before. */
  readonly failure?: ServerError;
  /** The server answered just now. */
  readonly isFresh?: true;
};

async function shownFields(
  lists: FieldLists,
  live: Server,
  { server, database, layout }: Place,
  stored: readonly LayoutField[] | undefined,
  signal: AbortSignal,
): Promise<Shown> {
  try {
    const fields = await live.layout(database, layout, signal);
    if (JSON.stringify(stored) !== JSON.stringify(fields))
      await lists.putFieldList({ server, database, layout, fields });
    return { answer: fields, isFresh: true };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (error.code === 'layout-missing') return { answer: error, isFresh: true };
    if (error.code === 'account-refused') throw error;
    return stored === undefined ? { answer: undefined, failure: error } : { answer: stored };
  }
}
