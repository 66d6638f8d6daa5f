/** Pauses that end by nobody's doing but a person's, and were perhaps forgotten: what waits there waits with them. */
import { activePauses } from '../../core/pause.ts';
import type { Finder, Matter } from './matter.ts';

/** Nobody pauses for longer without meaning to, ms: a night and a day (assumed). */
const longMs = 24 * 3_600_000;

export const pausesWithoutEnd: Finder = async ({ control, now }) =>
  activePauses(await control.pauses(), now)
    .filter(({ at, until }) => until === undefined && now - at > longMs)
    .map(
      ({ table, server, at }): Matter => ({
        kind: 'paused',
        urgency: 'soon',
        since: at,
        ...(table !== undefined && { table }),
        ...(server !== undefined && { server }),
        text: 'paused until it is resumed, and no alarm is raised for it',
        first: 'If it was not forgotten, leave it: what waits is kept. To go on:',
        next: [
          'resume',
          ...(server === undefined ? [] : ['--server', server]),
          ...(table === undefined ? [] : ['--table', table]),
        ],
      }),
    );
