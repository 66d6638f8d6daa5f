/** A request's work with the time that it takes and the troubles that strike it, whatever the API. */
import type { Latency, RequestKind } from '../description.ts';
import { FileMakerFailure } from '../failure.ts';
import { pause } from '../load/pause.ts';
import type { Simulation } from '../simulation.ts';
import type { Effect } from '../troubles.ts';
import { gatewayAnswer, htmlAnswer, type Answer } from './answer.ts';

/** The connection is to be reset instead of answered. */
export const reset = 'reset';
export type Outcome = Answer | typeof reset;

export type Disturbance = {
  readonly simulation: Simulation;
  readonly kind: RequestKind;
  readonly effects: readonly Effect[];
  /** What it takes instead of the time of its kind. */
  readonly baseMs?: number | undefined;
  /** How this API says that something was refused. */
  readonly refuse: (failure: FileMakerFailure) => Answer;
};

type Work = () => Outcome | Promise<Outcome>;

const forever = new AbortController().signal;

/** How long ago the state is that a read is given. */
export function staleness(effects: readonly Effect[], simulation: Simulation): number {
  const ages = effects.map((effect) =>
    effect.kind === 'staleRead' ? simulation.random() * effect.upToMs : 0,
  );
  return Math.max(0, ...ages);
}

/** On a processor of its own. */
export function disturbed(disturbance: Disturbance, work: Work): Promise<Outcome> {
  return disturbance.simulation.processors.work(() => taken(disturbance, work));
}

/** The same for who holds a processor already. */
export async function taken(disturbance: Disturbance, work: Work): Promise<Outcome> {
  const perRow = await spend(disturbance);
  const answer = await disturbedWork(disturbance, work);
  if (answer === reset) return answer;
  return shownInTime(disturbance.simulation, answer, perRow * (answer.rows ?? 0) + (answer.showingMs ?? 0));
}

/** The web server in front of it gives up on what takes too long. */
async function shownInTime(simulation: Simulation, answer: Answer, ms: number): Promise<Answer> {
  const { gatewayTimeoutMs = Number.POSITIVE_INFINITY } = simulation.options;
  await pause(simulation, Math.min(ms, gatewayTimeoutMs));
  return ms > gatewayTimeoutMs ? htmlAnswer(504) : answer;
}

/** The time that every request of the kind takes; what each row takes beside is returned. */
export async function spend({ simulation, kind, baseMs }: Disturbance): Promise<number> {
  const { base, perRow } = latencyOf(simulation.options.latencyMs?.[kind] ?? 0);
  await pause(simulation, baseMs ?? base);
  return perRow;
}

const latencyOf = (latency: Latency) =>
  typeof latency === 'number' ? { base: latency, perRow: 0 } : latency;

async function disturbedWork(disturbance: Disturbance, work: Work): Promise<Outcome> {
  const { effects } = disturbance;
  if (effects.length === 0) return work();
  const early = await before(disturbance);
  if (early) return early;
  if (effects.some((effect) => effect.kind === 'repeat')) await answerOf(disturbance, work);
  const outcome = await answerOf(disturbance, work);
  return outcome === reset ? reset : after(disturbance, outcome);
}

async function answerOf({ refuse }: Disturbance, work: Work): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileMakerFailure) return refuse(error);
    throw error;
  }
}

const failureOf = ({ code, status }: Extract<Effect, { readonly kind: 'error' }>): FileMakerFailure =>
  new FileMakerFailure(code, undefined, status);

/** What comes instead of the work. */
export async function before({ effects, simulation, refuse }: Disturbance): Promise<Outcome | undefined> {
  for (const effect of effects) {
    if (effect.kind === 'delay' && !effect.after) await simulation.host.time.sleep(effect.ms, forever);
    if (effect.kind === 'error' && !effect.after) return refuse(failureOf(effect));
    if (effect.kind === 'resetBefore') return reset;
    if (effect.kind === 'html' && !effect.after) return htmlAnswer(effect.status);
    if (effect.kind === 'gateway' && !effect.after) return gatewayAnswer(effect.status);
  }
  return undefined;
}

/** What becomes of the work's answer. */
export async function after({ effects, simulation, refuse }: Disturbance, answer: Answer): Promise<Outcome> {
  for (const effect of effects) {
    if (effect.kind === 'delay' && effect.after) await simulation.host.time.sleep(effect.ms, forever);
    if (effect.kind === 'error' && effect.after) return refuse(failureOf(effect));
    if (effect.kind === 'resetAfter') return reset;
    if (effect.kind === 'html' && effect.after) return htmlAnswer(effect.status);
    if (effect.kind === 'gateway' && effect.after) return gatewayAnswer(effect.status);
    if (effect.kind === 'truncate' && answer.file !== undefined)
      return { ...answer, file: { ...answer.file, cutAfter: Math.floor(answer.file.size * 0.6) } };
    if (effect.kind === 'truncate') {
      return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length * 0.6)) };
    }
  }
  return answer;
}
