/**
 * Which layouts of several servers show the same table. FileMaker tells no base table of a layout: names and the fields
 * that they share have to do, and fields that every table has (FileMaker gives each new one the same five) say little.
 */
import type { InspectedField, InspectedRow } from '../ports/inspection.ts';
import { isForPrograms, keyNamed, plain, stampOf, subjectOf } from './names.ts';
import type { SeenLayout } from './seen.ts';

export type TableMatch = {
  /** One of each server that has the table, in the order of the servers. */
  readonly layouts: readonly SeenLayout[];
  /** Others that show the same table. */
  readonly alternatives: readonly SeenLayout[];
};

export type Matching = { readonly tables: readonly TableMatch[]; readonly unmatched: readonly SeenLayout[] };

type Scored = { readonly a: SeenLayout; readonly b: SeenLayout; readonly score: number };

/** Of layouts that differ so much in name and fields nobody would say that they are the same. Assumed. */
const leastShare = { alikeNamed: 0.25, otherwiseNamed: 0.5 };

/** `servers`: the layouts of each, in the order of the configuration. */
export function matchTables(servers: readonly (readonly SeenLayout[])[]): Matching {
  const weigh = weighing(servers);
  // Each is compared with all of the other servers: names are taken apart once.
  const profiles = servers.map((layouts) => layouts.map((layout) => profileOf(layout, weigh)));
  const pairs = profiles.flatMap((layouts, index) =>
    profiles.slice(index + 1).flatMap((others) => layouts.flatMap((a) => scored(a, others))),
  );
  const clusters = clustered(pairs.toSorted((a, b) => b.score - a.score));
  const all = servers.flat();
  const order = (layout: SeenLayout): number => servers.findIndex((layouts) => layouts.includes(layout));
  const tables = clusters
    .map((layouts) => layouts.toSorted((a, b) => order(a) - order(b)))
    .toSorted((a, b) => indexIn(all, a[0]) - indexIn(all, b[0]));
  const chosen = new Set(tables.flat());
  const rest = all.filter((layout) => !chosen.has(layout));
  const shownBy = (layout: SeenLayout) =>
    tables.findIndex((of) => of.some((one) => isSameTable(one, layout)));
  return {
    tables: tables.map((layouts, index) => ({
      layouts,
      alternatives: rest.filter((layout) => shownBy(layout) === index),
    })),
    unmatched: rest.filter((layout) => shownBy(layout) < 0),
  };
}

const indexIn = (all: readonly SeenLayout[], layout: SeenLayout | undefined): number =>
  layout === undefined ? -1 : all.indexOf(layout);

type Profile = {
  readonly layout: SeenLayout;
  readonly subject: string;
  readonly table: string | undefined;
  readonly fitness: number;
  /** What each field that can be written weighs, by name and type. */
  readonly weights: ReadonlyMap<string, number>;
};

function profileOf(layout: SeenLayout, weigh: Weigh): Profile {
  const writable = layout.fields.filter((field) => field.writable);
  return {
    layout,
    subject: subjectOf(layout.layout),
    table: layout.table === undefined ? undefined : plain(layout.table),
    fitness: fitness(layout),
    weights: new Map(writable.map((field) => [`${plain(field.name)} ${field.type}`, weigh(field)])),
  };
}

function scored(a: Profile, others: readonly Profile[]): readonly Scored[] {
  return others.flatMap((b) => {
    const isAlike = a.subject === b.subject;
    const { share, count } = shared(a, b);
    const least = isAlike ? leastShare.alikeNamed : leastShare.otherwiseNamed;
    if (count === 0 || share < least) return [];
    const names = [
      a.layout.layout === b.layout.layout,
      isAlike,
      a.table !== undefined && a.table === (b.table ?? ''),
    ];
    const score =
      4 * share + 0.1 * Math.min(count, 20) + names.filter(Boolean).length + a.fitness + b.fitness;
    return [{ a: a.layout, b: b.layout, score }];
  });
}

/** How good a layout is to sync by: made for it, and without what makes the server slow. */
function fitness({ layout, portals, fields }: SeenLayout): number {
  const slow = fields.filter(({ kind, name }) => kind !== 'normal' || name.includes('::')).length;
  return (isForPrograms(layout) ? 2 : 0) - Math.min(2, portals) - Math.min(1, 0.1 * slow);
}

type Weigh = (field: InspectedField) => number;

/** A name that many tables of a server have tells little; those of keys and stamps least. */
function weighing(servers: readonly (readonly SeenLayout[])[]): Weigh {
  const tables = new Map<string, number>();
  for (const layouts of servers) {
    const found = Map.groupBy(layouts, tableOf);
    const names = [...found.values()].flatMap((of) => [...new Set(of.flatMap(fieldNames))]);
    for (const [name, same] of Map.groupBy(names, (each) => each))
      tables.set(name, Math.max(same.length, tables.get(name) ?? 1));
  }
  return ({ name, type }) => {
    const isUsual = stampOf(name, type) !== undefined || keyNamed(name, '') === 'own';
    return (isUsual ? 0.2 : 1) / (tables.get(plain(name)) ?? 1);
  };
}

const fieldNames = ({ fields }: SeenLayout): readonly string[] => fields.map(({ name }) => plain(name));

/** By server and table occurrence; a layout without one is one of its own. */
const tableOf = ({ server, database, table, layout }: SeenLayout): string =>
  [server, database, table === undefined ? `layout ${layout}` : table].join('\n');

function shared(a: Profile, b: Profile): { readonly share: number; readonly count: number } {
  const both = [...a.weights].filter(([name]) => b.weights.has(name)).map(([, weight]) => weight);
  const least = Math.min(sum(a.weights.values()), sum(b.weights.values()));
  return { share: least === 0 ? 0 : sum(both) / least, count: both.length };
}

const sum = (weights: Iterable<number>): number => [...weights].reduce((all, weight) => all + weight, 0);

/** The best pairs first; a table is in one cluster, and a cluster has one layout of a server. */
function clustered(pairs: readonly Scored[]): readonly (readonly SeenLayout[])[] {
  const clusters: SeenLayout[][] = [];
  const clusterOf = (layout: SeenLayout) =>
    clusters.find((cluster) => cluster.some((one) => tableOf(one) === tableOf(layout)));
  for (const { a, b } of pairs) {
    const [ofA, ofB] = [clusterOf(a), clusterOf(b)];
    const isFree = ![a, b].some((layout) =>
      clusters.some((of) => of.some((one) => isSameTable(one, layout))),
    );
    if (ofA === undefined && ofB === undefined && isFree) clusters.push([a, b]);
    else if (ofA !== undefined && ofB === undefined) join(ofA, a, b);
    else if (ofB !== undefined && ofA === undefined) join(ofB, b, a);
  }
  return clusters;
}

function join(cluster: SeenLayout[], there: SeenLayout, added: SeenLayout): void {
  const isOfAnother = cluster.every(({ server }) => server !== added.server);
  if (cluster.includes(there) && isOfAnother) cluster.push(added);
}

/** One table occurrence, or two of one base table: the same first record, in a table of the same size, with the same values. */
function isSameTable(a: SeenLayout, b: SeenLayout): boolean {
  if (a.server !== b.server || a.database !== b.database) return false;
  if (a.table !== undefined && a.table === b.table) return true;
  const [first, second] = [a.first, b.first];
  if (a.api === 'odata' && a.total === 0 && b.total === 0) return haveSameFields(a, b);
  if (a.total !== b.total || first === undefined || first.recordId !== second?.recordId) return false;
  const [ofFirst, ofSecond] = [filledIn(first.values), filledIn(second.values)];
  const names = ofFirst.filter((name) => ofSecond.includes(name));
  const isMost = names.length >= 2 && 2 * names.length >= Math.min(ofFirst.length, ofSecond.length);
  return isMost && names.every((name) => first.values[name] === second.values[name]);
}

/** Over OData all fields of a table are seen: where there is no record to tell by, that they are the same has to do. */
const haveSameFields = (a: SeenLayout, b: SeenLayout): boolean =>
  a.fields.length === b.fields.length &&
  a.fields.every(({ name, type }) => b.fields.some((field) => field.name === name && field.type === type));

const filledIn = (values: InspectedRow['values']): readonly string[] =>
  Object.keys(values).filter((name) => values[name] !== '');
