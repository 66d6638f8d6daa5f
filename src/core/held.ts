/**
 * Fields that wait for a person. While one is held every server keeps its own value of it, or gets it where it lacks it: a change
 * there only replaces what stands for that server among the candidates. Where the record does not exist yet, or no more, a server gets its own value, one that
 * has none the head's.
 *
 *   R5  A candidate is gone only when its own server changed it, or when a person chose, and then it is kept with the choice.
 *
 * Where the candidates come to be the same nothing is left to choose, and the hold ends by itself. With `merge: record` the
 * fields of a record are held, and end, together.
 */
import { type Digest, type Digests, emptyDigest, type Values } from './digest.ts';
import type { Candidate, Head, HeadField, Held } from './head.ts';
import type { TablePlan } from './link.ts';
import type { FieldName, ServerName } from './names.ts';
import { raisedAbove } from './stamp.ts';

export const candidateOf = ({ value, digest, stamp, inexact }: Candidate): Candidate => ({
  value,
  digest,
  stamp,
  ...(inexact && { inexact }),
});

/** Servers of which the record, held as a whole, has candidates already. */
export function holdersOf(plan: TablePlan, head: Head): readonly ServerName[] {
  const servers = heldFields(plan, head.fields).flatMap(([, { candidates }]) => Object.keys(candidates));
  return [...new Set(servers)];
}

export const heldFields = (
  plan: Pick<TablePlan, 'fields'>,
  fields: Head['fields'],
): readonly (readonly [FieldName, Held])[] =>
  plan.fields.flatMap(({ name }) => {
    const held = fields[name]?.held;
    return held === undefined ? [] : [[name, held] as const];
  });

/** What goes to a server that does not have the record: its own value where that waits, since it kept no other. */
export const valueFor = (field: HeadField, server: ServerName): Pick<HeadField, 'value' | 'digest'> =>
  field.held?.candidates[server] ?? field;

/** The same of several fields; `otherwise`: of those that the head has not. */
export function valuesFor(
  { fields }: Pick<Head, 'fields'>,
  names: readonly FieldName[],
  server: ServerName,
  otherwise: Values = {},
): Values {
  const values: Record<FieldName, string> = {};
  for (const name of names) {
    const field = fields[name];
    values[name] = field ? valueFor(field, server).value : (otherwise[name] ?? '');
  }
  return values;
}

/** The digests of what `valuesFor` gives. */
export function digestsFor(
  { fields }: Pick<Head, 'fields'>,
  names: readonly FieldName[],
  server: ServerName,
): Digests {
  const digests: Record<FieldName, Digest> = {};
  for (const name of names) {
    const field = fields[name];
    digests[name] = field ? valueFor(field, server).digest : emptyDigest;
  }
  return digests;
}

/** As that server alone would have it. */
export function settledFor({ held, ...field }: HeadField, server: ServerName): HeadField {
  const own = held?.candidates[server];
  return own === undefined ? field : { ...candidateOf(own), origin: server };
}

export type Joined = {
  readonly field: HeadField;
  /** Whose value it is held against, where that server has just become a candidate. */
  readonly against: ServerName | undefined;
};

/**
 * The head's field with the value of one more server, or a newer one of that server. `beside`: whose value the head holds;
 * `holders`: others that hold it in a record that is held; `conflict`: the id under which this is kept, if it is news.
 */
export function hold(
  head: HeadField,
  mine: HeadField,
  to: { readonly beside: ServerName; readonly holders: readonly ServerName[]; readonly conflict: string },
): Joined {
  const started = Object.fromEntries([to.beside, ...to.holders].map((server) => [server, candidateOf(head)]));
  const before = head.held ?? { candidates: started, conflicts: [] };
  const isNew = head.held?.candidates[mine.origin] === undefined && mine.digest !== head.digest;
  const candidates = { ...before.candidates, [mine.origin]: candidateOf(mine) };
  const others = Object.keys(candidates).filter((server) => server !== mine.origin);
  const conflicts = isNew ? [...new Set([...before.conflicts, to.conflict])] : before.conflicts;
  const own = mine.origin === to.beside;
  const value = own
    ? { ...mine, stamp: raisedAbove(mine.stamp, head.stamp) }
    : { ...head, origin: to.beside };
  return {
    field: { ...value, held: { candidates, conflicts } },
    against: isNew ? (others.find((server) => server === to.beside) ?? others[0]) : undefined,
  };
}

/** Those of the fields, as they are about to be, that need not be held any longer; `by`: whose change made them the same. */
export function agreedFields(
  plan: TablePlan,
  fields: Head['fields'],
  by: ServerName,
): readonly (readonly [FieldName, HeadField])[] {
  const held = heldFields(plan, fields);
  const agreed = held.filter(([, { candidates }]) => isUnanimous(candidates));
  if (plan.merge === 'record' && agreed.length < held.length) return [];
  return agreed.flatMap(([name]) => {
    const field = fields[name];
    return field === undefined ? [] : [[name, freed(field, by)] as const];
  });
}

const isUnanimous = (candidates: Held['candidates']): boolean =>
  new Set(Object.values(candidates).map(({ digest }) => digest)).size < 2;

function freed({ held, ...field }: HeadField, origin: ServerName): HeadField {
  const candidates = Object.values(held?.candidates ?? {});
  const [one = field] = candidates;
  const stamp = candidates.reduce((latest, { stamp: own }) => raisedTo(latest, own), field.stamp);
  return { ...candidateOf(one), stamp: raisedAbove(stamp, field.stamp), origin };
}

const raisedTo = (a: HeadField['stamp'], b: HeadField['stamp']): HeadField['stamp'] => ({
  lo: Math.max(a.lo, b.lo),
  hi: Math.max(a.hi, b.hi),
});
