/** Layouts beside that of the records which cannot be gone by: the sync goes on without them, and finds deletes later or reads more. */
import { namesIn } from '../../core/shape.ts';
import { isSamePlace } from '../../engine/engine.ts';
import { calledOtherwise, calledWords, namedIn, renameToWrite } from '../former-fields.ts';
import type { Finder, Matter } from './matter.ts';

/** So far behind the reading of changes the log of deletes may be, ms: an interval and some failures. */
const behindMs = 3_600_000;

type Place = Parameters<Finder>[0] & { readonly table: string; readonly server: string };

/** A log that was read with the changes is as new as they are. */
export const logsUnread: Finder = async (look) => {
  const { configuration } = look;
  const links = configuration.tables.flatMap(({ name, links: all }) =>
    all.flatMap(({ server, role, deleteLog }) =>
      deleteLog === undefined || role === 'receive' ? [] : { table: name, server },
    ),
  );
  return (await Promise.all(links.map((link) => logAt({ ...look, ...link })))).flat();
};

async function logAt({ control, isStack, table, server }: Place): Promise<readonly Matter[]> {
  const [mark, log] = await Promise.all([control.watermark(table, server), control.deleteLog(table, server)]);
  const readAt = log?.read?.setAt;
  if (mark === undefined || mark.setAt - (readAt ?? 0) < behindMs) return [];
  return [
    {
      kind: 'log-unread',
      urgency: 'soon',
      table,
      server,
      ...(readAt === undefined ? {} : { since: readAt }),
      text: readAt === undefined ? 'its log of deletes was never read' : 'its log of deletes was read last',
      first: isStack
        ? 'Only sweeps find deletes there. The log of the function enumerate says what is wrong with it (log-unreadable).'
        : 'Only sweeps find deletes there. A run says what is wrong with it:',
      next: isStack ? ['status'] : ['run', '--once'],
    },
  ];
}

const unfitWords = {
  'other-records': 'shows other records than its layout',
  'not-as-it-was': 'lacks the key or the stamp, or is gone',
} as const;

/** As the last sweep found it, which listed the layout of the records instead. */
export const sweepLayoutsUnfit: Finder = async ({ configuration, control }) => {
  const sweeps = await control.sweeps();
  return configuration.tables.flatMap(({ name: table, links }) =>
    links.flatMap(({ server, sweepLayout }): readonly Matter[] => {
      const { last } = sweeps.find((one) => isSamePlace(one, { table, server })) ?? {};
      if (sweepLayout === undefined || last?.unfit === undefined) return [];
      return [
        {
          kind: 'sweep-layout',
          urgency: 'later',
          since: last.endedAt,
          table,
          server,
          text: `its sweepLayout ${sweepLayout} ${unfitWords[last.unfit]}`,
          first:
            'Sweeps list the layout of the records, which sends more. Put key and stamp of the same table on it, then have it looked at:',
          next: ['sweep', '--table', table, '--server', server],
        },
      ];
    }),
  );
};

/** By the fields as the server last showed them: they are known by their ids, and people by their names. */
export const fieldsCalledOtherwise: Finder = async ({ configuration, control, isStack }) => {
  const found = await Promise.all(
    configuration.tables.map(async (table) => {
      const shape = await control.shape(table.name);
      if (shape === undefined) return [];
      const names = namedIn(table, namesIn(shape));
      const called = table.links.map(async (link) => {
        const list = await control.fieldList(link.server, link.database, link.layout);
        return list === undefined ? [] : calledOtherwise(table.name, link, names, list);
      });
      return (await Promise.all(called)).flat();
    }),
  );
  return found.flat().map(
    (one): Matter => ({
      kind: 'called-otherwise',
      urgency: 'later',
      table: one.table,
      server: one.server,
      text: calledWords(one),
      first: `The sync goes on by its id. Write ${renameToWrite(one)} under tables.${one.table}.servers.${one.server}${isStack ? ', and deploy' : ''}.`,
      next: ['plan'],
    }),
  );
};
