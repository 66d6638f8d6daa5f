/**
 * `serversync sweep --stack`: asks the functions of a stack to sweep, and stays until they did. From here no server is asked for
 * anything: the request lies in the state, and the sweeper of a server takes it up with its next turn, whatever the schedule
 * says (engine/sweep-server.ts). So no server is swept by two at once, and the sweep goes on when this command is stopped.
 */
import { haltedIn } from '../composition/overview.ts';
import { Standstills } from '../composition/paused-places.ts';
import { systemClock } from '../composition/system-clock.ts';
import type { Configuration } from '../config/configuration.ts';
import { identityOf } from '../config/identity.ts';
import { loadConfiguration } from '../config/load.ts';
import { isOpen } from '../core/breaker.ts';
import type { ServerName, TableName } from '../core/names.ts';
import { askFor, isAsked, type SweepAsk, type SweepState } from '../core/sweep.ts';
import { isSamePlace, type PlaceName } from '../engine/engine.ts';
import type { Chosen } from '../engine/run.ts';
import type { Control } from '../ports/control.ts';
import { isChosen, refuseUnknown } from './chosen.ts';
import { type ExitCode, exitCodes } from './exit-code.ts';
import { openStack } from './opened-state.ts';
import type { Output } from './output.ts';
import { type Delay, delayLines, sweptLines, underWayLine, verdictLines } from './sweep-stack-lines.ts';

export type SweepStackOptions = {
  readonly stack: string;
  readonly configFile: string;
  readonly output: Output;
  readonly chosen: Chosen;
  readonly signal: AbortSignal;
};

/** Between two looks at how far they are, ms: each costs two small queries. */
const lookEveryMs = 3_000;

/**
 * For so long no sweep may get on before it is said that none does, ms: a function lives for 15 minutes at most and puts down how
 * far it came, and the next turn comes within 5.
 */
const silenceMs = 30 * 60_000;

/** Throws Refused, ConfigurationError or AwsStateError; Stopped where it was not waited for to the end. */
export async function sweepStackCommand(options: SweepStackOptions): Promise<ExitCode> {
  const { stack, configFile, output, chosen } = options;
  const configuration = await loadConfiguration(configFile);
  refuseUnknown(configuration, chosen);
  const startedAt = systemClock.now();
  const followed = await sweptByStack(configuration, (place) => isChosen(chosen, place), options);
  const exitCode = followed.delayed.length > 0 ? exitCodes.incomplete : exitCodes.inStep;
  const tookMs = systemClock.now() - startedAt;
  for (const line of verdictLines(followed, { stack, tookMs })) output.line(line);
  output.json(() => ({ exitCode, tookMs, stack, ...followed }));
  return exitCode;
}

type Following = Pick<SweepStackOptions, 'stack' | 'configFile' | 'output' | 'signal'>;

/** Asks for sweeps and waits for them, each told when it is done; with `settled` also for the second look at what seems to be gone. */
export async function sweptByStack(
  configuration: Configuration,
  which: (place: PlaceName) => boolean,
  { settled = false, ...options }: Following & { readonly settled?: boolean },
): Promise<Followed> {
  const { stack, configFile, output, signal } = options;
  const { control, checkIdentity, close } = await openStack(stack, configFile);
  try {
    await checkIdentity(identityOf(configuration));
    const asks = await asked(control, placesOf(configuration).filter(which));
    output.line(`asked for: ${asks.length === 1 ? 'the sweep begins' : 'the sweeps begin'} within 5 minutes`);
    const followed = await follow(configuration, control, asks, options);
    if (settled) await untilSettled(configuration, control, followed.swept, { output, signal });
    return followed;
  } finally {
    close();
  }
}

/** What is halted or paused meanwhile, or does not get on, is not waited for: whoever compares finds it so. */
async function untilSettled(
  configuration: Configuration,
  control: Control,
  swept: readonly PlaceName[],
  { output, signal }: Pick<Following, 'output' | 'signal'>,
): Promise<void> {
  const until = systemClock.now() + silenceMs;
  let isTold = false;
  for (;;) {
    const delays = await delaysOf(configuration, control);
    const going = swept.filter((place) => delays(place) === undefined);
    const waits = await Promise.all(going.map(({ table, server }) => control.suspects(table, server, 1)));
    if (waits.every((found) => found.length === 0) || systemClock.now() > until) return;
    if (!isTold) output.line('waiting for the second look at what seems to be gone: within 10 minutes');
    isTold = true;
    await systemClock.sleep(lookEveryMs, signal);
  }
}

export type SweptPlace = { readonly table: TableName; readonly server: ServerName } & NonNullable<
  SweepState['last']
>;
export type DelayedPlace = { readonly table: TableName; readonly server: ServerName; readonly why: Delay };
export type Followed = {
  readonly swept: readonly SweptPlace[];
  /** Not waited for: the sweep begins by itself once that is over. */
  readonly delayed: readonly DelayedPlace[];
};

const placesOf = ({ tables }: Configuration): readonly PlaceName[] =>
  tables.flatMap(({ name, links }) => links.map(({ server }) => ({ table: name, server })));

async function asked(
  control: Pick<Control, 'sweep' | 'putSweepAsk'>,
  places: readonly PlaceName[],
): Promise<readonly SweepAsk[]> {
  const asks: SweepAsk[] = [];
  for (const { table, server } of places) {
    const ask = askFor(table, server, await control.sweep(table, server));
    await control.putSweepAsk(ask);
    asks.push(ask);
  }
  return asks;
}

async function follow(
  configuration: Configuration,
  control: Control,
  asks: readonly SweepAsk[],
  { output, signal, stack }: Following,
): Promise<Followed> {
  const [swept, delayed]: [SweptPlace[], DelayedPlace[]] = [[], []];
  const begun = new Set<SweepAsk>();
  let open = asks;
  let [seen, movedAt] = ['', systemClock.now()];
  while (open.length > 0) {
    const states = await control.sweeps();
    const now = JSON.stringify(states);
    if (now !== seen) [seen, movedAt] = [now, systemClock.now()];
    const isSilent = systemClock.now() - movedAt > silenceMs;
    const delays = await delaysOf(configuration, control);
    for (const ask of open) {
      const { table, server } = ask;
      const { last, underWay } = states.find((one) => isSamePlace(one, ask)) ?? {};
      const why = delays(ask) ?? (isSilent ? 'silent' : undefined);
      if (last !== undefined && !isAsked(ask, { last })) {
        swept.push({ table, server, ...last });
        for (const line of sweptLines({ table, server, ...last })) output.line(line);
      } else if (why !== undefined) {
        delayed.push({ table, server, why });
        for (const line of delayLines({ table, server, why }, stack)) output.line(line);
      } else if (underWay !== undefined && !begun.has(ask)) {
        begun.add(ask);
        output.line(underWayLine(ask, underWay));
      }
    }
    open = open.filter((ask) => ![...swept, ...delayed].some((one) => isSamePlace(one, ask)));
    if (open.length > 0) await systemClock.sleep(lookEveryMs, signal);
  }
  return { swept, delayed };
}

/** Why a place is not swept now. */
async function delaysOf(
  configuration: Configuration,
  control: Control,
): Promise<(at: PlaceName) => Delay | undefined> {
  const [stands, halted, meetings, breakers] = await Promise.all([
    Standstills.read(configuration, control, systemClock.now()),
    haltedIn(configuration, control),
    control.meetings(),
    control.breakers(),
  ]);
  return (at) => {
    if (stands.at(at.table, at.server) !== undefined) return 'paused';
    if (halted.some((one) => isSamePlace(one, at))) return 'halted';
    if (!meetings.some((one) => isSamePlace(one, at))) return 'unmet';
    const fails = breakers.find((one) => one.server === at.server && one.task !== 'writing' && isOpen(one));
    return fails === undefined ? undefined : 'failing';
  };
}
