/** A plan's site as a world is opened with it. */
import { contactFields, type OfficeOptions } from '../end-to-end/support/office.ts';
import type { WorldOptions } from '../scenarios/support/world.ts';
import { fields, type ServerPlan, type Site } from './plan.ts';
import { regionSize, rowOf } from './values.ts';

export function describedBy(site: Site): WorldOptions {
  const {
    startAt,
    apis = 'data',
    servers,
    conflicts,
    deletes,
    merge,
    pageSize,
    batchSize,
    batchesAtOnce,
  } = site;
  const key = contactFields.filter(({ name }) => name === 'id');
  const others = contactFields.filter(({ name }) => name !== 'id');
  const validated = key.map((field) => (site.unique ? { ...field, validation: { unique: true } } : field));
  const isShared = servers.some(({ share }) => share !== undefined);
  const offices = servers.map(({ name, timeZone, clockOffsetMs, version, latencyMs, rows }, at) => {
    const office: OfficeOptions = {
      timeZone,
      clockOffsetMs,
      version,
      latencyMs,
      fields: [...validated, ...others],
      rows: rows.map((one) => rowOf(name, at, one, isShared)),
    };
    return [name, office] as const;
  });
  return {
    startAt,
    apis,
    offices: Object.fromEntries(offices),
    links: Object.fromEntries(servers.map(({ name, role, share }) => [name, { role, ...linkOf(share) }])),
    servers: Object.fromEntries(servers.map(({ name, sessions }) => [name, { sessions }])),
    table: { fields, conflicts, deletes, merge },
    settings: { pageSize, bookmarkPages: 1, batchSize, batchesAtOnce },
    // To open it takes a third of a game.
    reopens: false,
  };
}

/** As the configuration has it. */
function linkOf(share: ServerPlan['share']): Readonly<Record<string, unknown>> {
  if (share === undefined) return {};
  const spans = share.regions.map((region) => ({
    amount: `${region * regionSize}...${(region + 1) * regionSize - 1}`,
  }));
  const empty = share.regions.includes(0) ? [{ amount: '=' }] : [];
  return { where: [...spans, ...empty], leave: share.leave };
}
