/** The shortest game that still fails: parts of the plan are taken out, larger ones first, as long as that changes nothing. */
import type { Happening, Plan, Site, Step } from './plan.ts';

/** Whether this game fails in the same way. */
export type Fails = (plan: Plan) => Promise<boolean>;

export async function shrink(plan: Plan, fails: Fails): Promise<Plan> {
  let best = plan;
  for (let last: Plan | undefined; last !== best; ) {
    last = best;
    best = await withoutSteps(best, fails);
    for (const simpler of simplerSites(best)) if (await fails(simpler)) best = simpler;
  }
  return best;
}

/** Runs of steps, half of all at first, down to single ones. */
async function withoutSteps(plan: Plan, fails: Fails): Promise<Plan> {
  let { steps } = plan;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = steps.length - size; at > -size; at -= size) {
      const from = Math.max(0, at);
      const left = [...steps.slice(0, from), ...steps.slice(at + size)];
      if (left.length < steps.length && (await fails({ ...plan, steps: left }))) steps = left;
    }
  }
  return steps.length === plan.steps.length ? plan : { ...plan, steps };
}

/** One thing less each. */
function simplerSites(plan: Plan): readonly Plan[] {
  const { site } = plan;
  const withSite = (changed: Partial<Site>): Plan => ({ ...plan, site: { ...site, ...changed } });
  const fewer = site.servers.map(({ name }) => withoutServer(plan, name));
  const calmer = site.servers.flatMap((server, at) => {
    const put = (changed: Partial<typeof server>): Plan =>
      withSite({ servers: site.servers.with(at, { ...server, ...changed }) });
    return [
      ...(Object.keys(server.latencyMs).length > 0 ? [put({ latencyMs: {} })] : []),
      ...(server.clockOffsetMs === 0 ? [] : [put({ clockOffsetMs: 0 })]),
      ...(server.timeZone === 'UTC' ? [] : [put({ timeZone: 'UTC' })]),
      ...server.rows.map((key) => put({ rows: server.rows.filter((one) => one !== key) })),
    ];
  });
  return [...fewer.flatMap((one) => one ?? []), ...calmer, ...sooner(plan)];
}

function withoutServer({ site, steps, ...plan }: Plan, name: string): Plan | undefined {
  const servers = site.servers.filter((server) => server.name !== name);
  const { conflicts } = site;
  const isNeeded = typeof conflicts === 'object' && conflicts.prefer.includes(name);
  const isPossible =
    servers.some(({ role }) => role !== 'receive') && servers.some(({ role }) => role !== 'send');
  if (isNeeded || !isPossible || servers.length < 2) return undefined;
  return { ...plan, site: { ...site, servers }, steps: steps.filter((step) => serverOf(step) !== name) };
}

const serverOf = (step: Happening): string | undefined => ('server' in step ? step.server : undefined);

/** Acts at once instead of in the middle of a run, processes that live. */
function sooner(plan: Plan): readonly Plan[] {
  const put = (at: number, step: Step): Plan => ({ ...plan, steps: plan.steps.with(at, step) });
  return plan.steps.flatMap((step, at) => {
    if (step.kind === 'act' && step.inMs !== undefined) {
      const { inMs: _, ...now } = step;
      return [put(at, now)];
    }
    if ((step.kind === 'run' || step.kind === 'sweep') && step.diesAt !== undefined)
      return [put(at, { id: step.id, kind: step.kind })];
    return [];
  });
}
