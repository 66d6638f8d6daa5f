/** Tables that are halted on a server, first meetings among them, and no answer is on its way. */
import { type Api, shownBy } from '../../core/api.ts';
import type { HaltedPlace } from '../overview.ts';
import { haltedIn, isAskedFirst } from '../overview.ts';
import { count } from '../words.ts';
import type { Finder, Matter } from './matter.ts';

export const haltsWaiting: Finder = async ({ configuration, control }) => {
  const [halted, halts, meetings] = await Promise.all([
    haltedIn(configuration, control),
    control.halts(),
    control.meetings(),
  ]);
  const all = [...halts, ...meetings];
  const sinceOf = ({ table, server }: HaltedPlace) =>
    all.find((one) => one.table === table && one.server === server)?.at;
  return halted
    .filter((one) => one.answer === undefined && !isAskedFirst(one))
    .map((one): Matter => {
      const since = sinceOf(one);
      return {
        kind: one.why,
        urgency: 'now',
        ...(since !== undefined && { since }),
        table: one.table,
        server: one.server,
        text: `halted: ${words[one.why](one.figures, one.api)}`,
        next: ['halts', one.id],
      };
    });
};

type Figures = HaltedPlace['figures'];

/** At a glance; `serversync halts` tells all. */
const words: Readonly<Record<HaltedPlace['why'], (figures: Figures, api?: Api) => string>> = {
  'first-meeting': ({ differing = 0, shared = 0 }) =>
    `${differing.toLocaleString('en-US')} of ${count(shared, 'shared record')} differ at the first meeting`,
  'mass-delete': ({ gone = 0, rows = 0 }) =>
    `${gone.toLocaleString('en-US')} of ${count(rows, 'record')} are gone there`,
  restored: () => 'its file was put back to an earlier state',
  clone: () => 'another file is in its place',
  'schema-drift': (_, api = 'data') => `its ${shownBy[api]} is not as it was`,
  'clock-step': () => 'its clock was set by more than an hour',
  'other-zone': () => 'records are stamped by another time zone than is configured',
  migration: () => 'its rows are to be paired by their keys after a migration',
  moved: () => 'what is at its new address is not the file that is known',
  'hidden-rows': ({ hidden = 0 }) => `the account may not see ${count(hidden, 'record')} any more`,
};
