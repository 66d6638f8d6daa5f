/** A plan in words, a line for each step. */
import type { Act, Happening, Plan, ServerPlan } from './plan.ts';

export function storyOf({ seed, site, steps }: Plan): readonly string[] {
  const { startAt, servers, conflicts, deletes, merge, unique, pageSize, batchSize, batchesAtOnce } = site;
  const policy = typeof conflicts === 'string' ? conflicts : `prefer ${conflicts.prefer.join(', ')}`;
  return [
    `seed ${seed}, from ${startAt}: conflicts ${policy}, deletes ${deletes}, merge ${merge}${unique ? '' : ', keys not unique'}, ` +
      `pages of ${pageSize}, batches of ${batchSize}, ${batchesAtOnce} at once`,
    ...servers.map(serverWords),
    ...steps.map((step) => `${String(step.id).padStart(4)}  ${stepWords(step)}`),
  ];
}

function serverWords({
  name,
  role,
  timeZone,
  clockOffsetMs,
  sessions,
  version,
  latencyMs,
  rows,
  share,
}: ServerPlan): string {
  const clock = clockOffsetMs === 0 ? '' : `, clock ${clockOffsetMs} ms off`;
  const slow = Object.keys(latencyMs).length > 0 ? `, takes ${JSON.stringify(latencyMs)}` : '';
  const held = rows.length > 0 ? `, holds ${rows.join(', ')}` : '';
  return `      ${name}: ${role}, ${timeZone}${clock}, ${sessions} sessions, version ${version}${slow}${held}${shareWords(share)}`;
}

const shareWords = (share: ServerPlan['share']): string =>
  share === undefined ? '' : `, regions ${share.regions.join(', ')} (${share.leave})`;

export function stepWords(step: Happening): string {
  switch (step.kind) {
    case 'pass':
      return `${step.ms} ms pass`;
    case 'act':
      return `${step.inMs === undefined ? '' : `in ${step.inMs} ms: `}${actWords(step.act)} on ${step.server}`;
    case 'run':
    case 'sweep':
      return step.diesAt === undefined ? step.kind : `${step.kind}, killed at effect ${step.diesAt}`;
    case 'trouble':
      return `trouble on ${step.server}: ${JSON.stringify(step.trouble)}`;
    case 'hide':
      return step.key === undefined ? `${step.server} shows all` : `${step.server} hides ${step.key}`;
    case 'capacity':
      return `${step.server} lets ${step.sessions} sessions in`;
    case 'clock':
      return `the clock of ${step.server} is set by ${step.byMs} ms`;
    case 'lock':
    case 'unlock':
      return `${step.kind} ${step.key} on ${step.server}`;
    case 'pause':
      return `${step.server} is paused${step.forMs === undefined ? '' : ` for ${step.forMs} ms`}`;
    case 'forget':
      return `forget ${step.key}`;
    case 'resume':
    case 'calm':
    case 'end-sessions':
      return `${step.kind} on ${step.server}`;
  }
}

function actWords(act: Act): string {
  if (act.kind === 'delete') return `delete ${act.key}`;
  const how = act.kind === 'edit' && act.imported ? ' by an import' : '';
  const late = act.kind === 'edit' && act.lateMs !== undefined ? `, visible after ${act.lateMs} ms` : '';
  const region = act.region === undefined ? '' : `, region ${act.region}`;
  return `${act.kind} ${act.key} (${act.fields.join(', ')}${region})${how}${late}`;
}
