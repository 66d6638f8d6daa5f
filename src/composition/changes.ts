/**
 * What a configuration asks for that the one of the last run did not, by what is stored of each table: so it is what a run finds
 * too. What shows only while a run is played (names, addresses, what is read) is not here.
 */
import type { Configuration } from '../config/configuration.ts';
import type { Role, TablePlan } from '../core/link.ts';
import type { FieldName, ServerName, TableName } from '../core/names.ts';
import { namesIn, shapeOf, type TableShape } from '../core/shape.ts';
import type { PlaceName } from '../engine/engine.ts';
import { leftPlaces } from '../engine/leave.ts';
import type { Control } from '../ports/control.ts';
import type { Records } from '../ports/records.ts';
import { isConfiguredIn } from './engine-of.ts';

/** `synced`: kept the same; `createOnly`: sent with a new record; `left`: as each server has it. */
export type FieldUse = 'synced' | 'createOnly' | 'left';

export type Change =
  /** It has never been there. */
  | ({ readonly kind: 'joins'; readonly role: Role } & PlaceName)
  /** It was there before, and was taken out meanwhile; `records`: as they are known there. */
  | ({ readonly kind: 'returns'; readonly role: Role; readonly records: number } & PlaceName)
  /** It is taken out: `records` stay known. */
  | ({ readonly kind: 'leaves'; readonly records: number } & PlaceName)
  | ({ readonly kind: 'role'; readonly was: Role; readonly now: Role } & PlaceName)
  /** Which records belong there; absent: all. */
  | ({ readonly kind: 'share'; readonly had: boolean; readonly has: boolean } & PlaceName)
  | {
      readonly kind: 'field';
      readonly table: TableName;
      readonly field: FieldName;
      readonly was: FieldUse;
      readonly now: FieldUse;
    };

type Ports = {
  readonly control: Control;
  readonly records: Pick<Records, 'count'>;
};

export async function changesIn(
  configuration: Configuration,
  plans: readonly TablePlan[],
  { control, records }: Ports,
): Promise<readonly Change[]> {
  const left = await leftPlaces({ control, isConfigured: isConfiguredIn(configuration) });
  const names = [...plans, ...configuration.tables].map(({ name }) => name);
  const tables = new Set([...names, ...left.map(({ table }) => table)]);
  const found: Change[] = [];
  for (const table of tables) {
    const before = await control.shape(table);
    const { replicas } = await records.count(table);
    const plan = plans.find(({ name }) => name === table);
    if (plan !== undefined) found.push(...(await ofPlaces(plan, before, replicas, control)));
    found.push(...(await ofUnseen(configuration, table, plan, control)));
    const leaving = left.filter((one) => one.table === table && isIn(before, one.server));
    found.push(
      ...leaving.map((one) => ({ kind: 'leaves' as const, ...one, records: replicas[one.server] ?? 0 })),
    );
    if (plan !== undefined && before !== undefined) found.push(...ofFields(before, shapeOf(plan)));
  }
  return found;
}

/** Whether the last run had it there. */
const isIn = (shape: TableShape | undefined, server: ServerName): boolean =>
  shape?.roles === undefined ? shape?.receivers.includes(server) === true : server in shape.roles;

/** Whose layout nobody has seen, as of a server that joins while it is paused: no plan has it yet. */
async function ofUnseen(
  { tables }: Configuration,
  table: TableName,
  plan: TablePlan | undefined,
  control: Ports['control'],
): Promise<readonly Change[]> {
  const links = tables.find(({ name }) => name === table)?.links ?? [];
  const unseen = links.filter(({ server }) => !plan?.links.some((link) => link.server === server));
  const found = await Promise.all(
    unseen.map(async ({ server, role }) => {
      const isMet = (await control.meeting(table, server)) !== undefined;
      return isMet ? [] : [{ kind: 'joins' as const, table, server, role }];
    }),
  );
  return found.flat();
}

async function ofPlaces(
  plan: TablePlan,
  before: TableShape | undefined,
  replicas: Readonly<Record<ServerName, number>>,
  control: Ports['control'],
): Promise<readonly Change[]> {
  const now = shapeOf(plan);
  const found: Change[] = [];
  for (const { server, role } of plan.links) {
    const place = { table: plan.name, server };
    if ((await control.meeting(plan.name, server)) === undefined)
      found.push({ kind: 'joins', ...place, role });
    else if (!isIn(before, server) && before?.roles !== undefined)
      found.push({ kind: 'returns', ...place, role, records: replicas[server] ?? 0 });
    else {
      const was = before?.roles?.[server] ?? role;
      if (was !== role) found.push({ kind: 'role', ...place, was, now: role });
      const [had, has] = [before?.shares?.[server], now.shares?.[server]];
      if (had !== has)
        found.push({ kind: 'share', ...place, had: had !== undefined, has: has !== undefined });
    }
  }
  return found;
}

function ofFields(before: TableShape, now: TableShape): readonly Change[] {
  const names = new Set([before, now].flatMap(namesIn));
  return [...names].flatMap((field) => {
    const [was, is] = [useOf(before, field), useOf(now, field)];
    // Of a shape from before it was stored it is not known whether a field went with a create.
    const isUnknown = before.createOnly === undefined && is === 'createOnly' && was === 'left';
    return was === is || isUnknown ? [] : { kind: 'field' as const, table: now.table, field, was, now: is };
  });
}

function useOf({ fields, createOnly = [] }: TableShape, field: FieldName): FieldUse {
  if (fields.includes(field)) return 'synced';
  return createOnly.includes(field) ? 'createOnly' : 'left';
}

/** Without fields that are only called otherwise. */
export const withoutRenamed = (
  changes: readonly Change[],
  table: TableName,
  to: Readonly<Record<FieldName, FieldName>>,
): readonly Change[] => {
  const names = new Set(Object.entries(to).flat());
  return changes.filter((one) => one.kind !== 'field' || one.table !== table || !names.has(one.field));
};
