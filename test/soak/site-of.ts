/** A plan's site as a world is opened with it. */
import { contactFields, type OfficeOptions } from '../end-to-end/support/office.ts';
import type { WorldOptions } from '../scenarios/support/world.ts';
import { fields, type Site } from './plan.ts';
import { rowOf } from './values.ts';

export function describedBy(site: Site): WorldOptions {
  const { startAt, servers, conflicts, deletes, merge, pageSize, batchSize, batchesAtOnce } = site;
  const key = contactFields.filter(({ name }) => name === 'id');
  const others = contactFields.filter(({ name }) => name !== 'id');
  const validated = key.map((field) => (site.unique ? { ...field, validation: { unique: true } } : field));
  const offices = servers.map(({ name, timeZone, clockOffsetMs, version, latencyMs, rows }, at) => {
    const office: OfficeOptions = {
      timeZone,
      clockOffsetMs,
      version,
      latencyMs,
      fields: [...validated, ...others],
      rows: rows.map((one) => rowOf(name, at, one)),
    };
    return [name, office] as const;
  });
  return {
    startAt,
    offices: Object.fromEntries(offices),
    links: Object.fromEntries(servers.map(({ name, role }) => [name, { role }])),
    servers: Object.fromEntries(servers.map(({ name, sessions }) => [name, { sessions }])),
    table: { fields, conflicts, deletes, merge },
    settings: { pageSize, batchSize, batchesAtOnce },
    // To open it takes a third of a game.
    reopens: false,
  };
}
