/**
 * What the deployed roles allow against what was asked for under them: grants that are missing, grants that nobody
 * used, and wildcards. Conditions are taken as met; permissions boundaries and resource policies are not looked at.
 */
import type { Statement } from '../emulator/deployed.ts';

export type Grants = { readonly by: string; readonly statements: readonly Statement[] };

/** A request or a grant: an action on a resource, by a function (or `schedule NAME`). */
export type Access = { readonly by: string; readonly action: string; readonly resource: string };

export type Comparison = {
  readonly missing: readonly Access[];
  /** Pairs of action and resource, as the statements name them. */
  readonly unused: readonly Access[];
  /** Grants whose action or resource has a `*` or `?`. */
  readonly wildcards: readonly Access[];
};

export function compareGrants(granted: readonly Grants[], used: readonly Access[]): Comparison {
  const asked = distinct(used);
  const allowed = distinct(granted.flatMap((grants) => accesses(grants, 'Allow')));
  const denied = distinct(granted.flatMap((grants) => accesses(grants, 'Deny')));
  const isIn = (grants: readonly Access[], access: Access): boolean =>
    grants.some((grant) => covers(grant, access));
  return {
    missing: asked.filter((access) => !isIn(allowed, access) || isIn(denied, access)),
    unused: allowed.filter((grant) => !asked.some((access) => covers(grant, access))),
    wildcards: allowed.filter(({ action, resource }) => /[*?]/.test(action + resource)),
  };
}

/** Why something that the comparison found is as it should be. Patterns as in a policy; `by` is a pattern too. */
export type Reason = { readonly access: Access; readonly reason: string };

export type Judged = {
  readonly unexplained: readonly Access[];
  /** A reason for nothing hides the next real finding: it has to go. */
  readonly idle: readonly Reason[];
};

export function judge(found: readonly Access[], reasons: readonly Reason[]): Judged {
  const explains = ({ access }: Reason, finding: Access): boolean =>
    matches(access.by, finding.by) && covers({ ...access, by: finding.by }, finding);
  return {
    unexplained: found.filter((finding) => !reasons.some((reason) => explains(reason, finding))),
    idle: reasons.filter((reason) => !found.some((finding) => explains(reason, finding))),
  };
}

const accesses = ({ by, statements }: Grants, effect: Statement['Effect']): readonly Access[] =>
  statements
    .filter(({ Effect }) => Effect === effect)
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((resource) => ({ by, action, resource }))),
    );

const covers = (grant: Access, access: Access): boolean =>
  grant.by === access.by &&
  matches(grant.action.toLowerCase(), access.action.toLowerCase()) &&
  matches(grant.resource, access.resource);

/** As IAM reads a pattern: `*` is any characters, `?` is one. */
function matches(pattern: string, text: string): boolean {
  const plain = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  const source = plain.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function distinct(all: readonly Access[]): readonly Access[] {
  const keyed = all.map(
    (access) => [JSON.stringify([access.by, access.action, access.resource]), access] as const,
  );
  return [...new Map(keyed).values()];
}
