/**
 * Webhooks for `run --watch`: the address at which FileMaker calls is open as long as the process is at work, and what is to stand on the
 * servers is looked at when it begins and every hour. Whatever fails of it leaves the schedule, which misses nothing.
 */
import { inspectWith } from '../../composition/connect.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { type Callable, isSentIn } from '../../composition/webhooks/call.ts';
import { keepWebhooksOf, renewMs, type WebhookKeeping } from '../../composition/webhooks/keeping.ts';
import { isWoken, webhookProblems } from '../../composition/webhooks/standing.ts';
import type { Configuration, ServerConfiguration } from '../../config/configuration.ts';
import type { Environment } from '../../config/credentials.ts';
import { isLoopback } from '../../config/url-mistake.ts';
import type { WebhookConfiguration } from '../../config/wake.ts';
import type { EpochMs, ServerName } from '../../core/names.ts';
import { type HookCalls, standsSince, type WebhookState } from '../../core/webhook.ts';
import type { EngineEvent } from '../../engine/events.ts';
import { Hints } from '../../engine/hints.ts';
import { isServerPaused } from '../../engine/paused.ts';
import type { Wake } from '../../engine/woken.ts';
import { untilOver } from '../run-log.ts';
import type { Workplace } from '../workplace.ts';
import { type Listener, openListener } from './listener.ts';
import { forgetFormer, givenIn, ownSecret } from './own-secret.ts';
import { leftLine, stateLine } from './state-lines.ts';

type Of = Pick<Workplace, 'configuration' | 'state' | 'accounts' | 'directory'>;

/** Where FileMaker calls; undefined: nothing says it. */
export function whereCalled({ servers, webhook }: Configuration): WebhookConfiguration | undefined {
  const woken = servers.filter(isWoken);
  return webhook ?? (woken.length > 0 && woken.every(isHere) ? ownMachine : undefined);
}

export type WakingOptions = {
  readonly workplace: Of & Pick<Workplace, 'engine'>;
  readonly environment: Environment;
  readonly line: (text: string) => void;
};

/** Where nothing is configured, only a server of this machine could call. */
const ownMachine: WebhookConfiguration = {
  listen: { host: '127.0.0.1', port: 8766 },
  url: 'http://127.0.0.1:8766',
};

/** How often what came of the calls is put down for `status`, ms. */
const noteMs = 15_000;

/** Between two looks at whether a pause is over, ms. */
const pausedMs = 30_000;

/** Between two tries to listen where it could not be listened at, ms. */
const reopenMs = 5_000;

/** For how long a secret that was read counts, ms. */
const secretMs = 2_000;

export class Waking {
  readonly hints = new Hints(systemClock);
  readonly #of: WakingOptions;
  readonly #states = new Map<ServerName, WebhookState>();
  /** The secret that each server's webhooks were last looked at with. */
  readonly #carried = new Map<ServerName, string>();
  readonly #calls = new Map<ServerName, { taken: number; lastAt?: EpochMs; missed: number }>();
  readonly #since = systemClock.now();
  #listener: Listener | undefined;
  #known: { readonly callable: Callable; readonly until: EpochMs } | undefined;

  constructor(options: WakingOptions) {
    this.#of = options;
  }

  get #wake(): Wake {
    return {
      hints: this.hints,
      standsSince: ({ server, table }) => standsSince(this.#states.get(server), table, this.#since),
    };
  }

  /** What the watch tells. */
  hear(event: EngineEvent): void {
    if (event.kind === 'hooks-missed') this.#callsOf(event.server).missed += event.changes;
  }

  /** Does the work with the address open, and with what wakes it if it is. Throws what the work throws, and ConfigurationError of an unfit secret. */
  async during<Result>(work: (wake?: Wake) => Promise<Result>): Promise<Result> {
    await this.#tellLeft();
    const where = this.#where();
    // Told now: no call could be taken, and nobody would be told before the work ends.
    if (where !== undefined) givenIn(this.#of.environment);
    const over = new AbortController();
    const isOpen = where === undefined || (await this.#open(where));
    const opened = isOpen ? Promise.resolve() : this.#openLater(where, over.signal);
    const keeping = this.#servers.map((server) => this.#keep(server, where, opened, over.signal));
    const noting = this.#note(over.signal);
    const all = Promise.all([opened, ...keeping, noting]);
    // It is looked at when the work has ended.
    all.catch(() => undefined);
    try {
      const result = await (where === undefined ? work() : work(this.#wake));
      over.abort();
      await all;
      return result;
    } finally {
      over.abort();
      await all.catch(() => undefined);
      await this.#listener?.close();
    }
  }

  get #servers(): readonly ServerConfiguration[] {
    return this.#of.workplace.configuration.servers;
  }

  async #tellLeft(): Promise<void> {
    const { configuration, state } = this.#of.workplace;
    for (const problem of webhookProblems(configuration, await state.control.webhookStates()))
      if (problem.isLeft) this.#of.line(`webhooks: ${leftLine(problem)}`);
  }

  /** Where FileMaker calls; undefined: nowhere. */
  #where(): WebhookConfiguration | undefined {
    if (this.#woken.length === 0) return undefined;
    const where = whereCalled(this.#of.workplace.configuration);
    if (where === undefined)
      this.#of.line(
        `webhooks: ${this.#names} cannot call: say where with webhook: { listen: … }; the schedule alone is kept`,
      );
    return where;
  }

  get #woken(): readonly ServerConfiguration[] {
    return this.#servers.filter(isWoken);
  }

  get #names(): string {
    return this.#woken.map(({ name }) => name).join(', ');
  }

  /** Whether it is listened there now. Says so, or once why not, and puts that down for `attention`. */
  async #open({ listen, url }: WebhookConfiguration, isFirst = true): Promise<boolean> {
    const place = `${listen.host}:${listen.port}`;
    try {
      const hint = this.#take;
      this.#listener = await openListener({
        listen,
        callable: () => this.#callable,
        hint,
        now: () => systemClock.now(),
      });
      this.#of.line(`webhooks: ${this.#names} may call ${url} (listening at ${place})`);
      return true;
    } catch (error) {
      if (!isFirst) return false;
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'failed';
      const reason = `nothing can listen at ${place} (${code})`;
      this.#of.line(`webhooks: ${reason}: the schedule alone is kept until it can`);
      await this.#putDown(reason);
      return false;
    }
  }

  async #openLater(where: WebhookConfiguration, over: AbortSignal): Promise<void> {
    do await untilOver(over, () => systemClock.sleep(reopenMs, over));
    while (!over.aborted && !(await this.#open(where, false)));
  }

  async #putDown(reason: string): Promise<void> {
    const { control } = this.#of.workplace.state;
    for (const { name: server } of this.#woken) {
      const before = (await control.webhookState(server)) ?? { server, tables: [], unknown: [] };
      await control.putWebhookState({ ...before, at: systemClock.now(), outcome: 'failed', reason });
    }
  }

  /** Another process may have asked for another secret. One that cannot be read now is the one that was read last. */
  get #callable(): Callable {
    const now = systemClock.now();
    if (this.#known !== undefined && this.#known.until >= now) return this.#known.callable;
    try {
      this.#known = { callable: this.#readCallable(), until: now + secretMs };
    } catch (error) {
      if (this.#known === undefined) throw error;
      this.#known = { ...this.#known, until: now + secretMs };
    }
    return this.#known.callable;
  }

  #readCallable(): Callable {
    const { workplace, environment } = this.#of;
    const { installation, secret, former } = ownSecret(workplace.directory, environment);
    const secrets = former === undefined ? [secret] : [secret, former];
    return { installation, secrets, isSent: isSentIn(workplace.configuration.tables) };
  }

  readonly #take = (place: Parameters<Hints['hint']>[0]): void => {
    const calls = this.#callsOf(place.server);
    calls.taken += 1;
    calls.lastAt = systemClock.now();
    this.hints.hint(place);
  };

  async #keep(
    server: ServerConfiguration,
    where: WebhookConfiguration | undefined,
    opened: Promise<void>,
    over: AbortSignal,
  ): Promise<void> {
    // Without an address nothing is added, and what stands is left: it may be for the next process.
    if (where === undefined && isWoken(server)) return;
    if (isWoken(server)) await opened;
    while (!over.aborted) {
      // Nothing is asked of a server that is paused, or in a window of maintenance.
      if (await isServerPaused(this.#of.workplace.engine, server.name)) {
        await untilOver(over, () => systemClock.sleep(pausedMs, over));
        continue;
      }
      const state = await this.#keptOrTold(server, where?.url, over);
      if (state === undefined) return;
      const wait = state === 'failed' || state.outcome === 'failed' ? renewMs.failed : renewMs.standing;
      await untilOver(over, () => systemClock.sleep(wait, over));
    }
  }

  /** What is no server's fault, such as that the secret cannot be read now, is told and tried again: the schedule goes on. */
  async #keptOrTold(
    server: ServerConfiguration,
    url: string | undefined,
    over: AbortSignal,
  ): Promise<WebhookState | 'failed' | undefined> {
    try {
      return await this.#kept(server, url, over);
    } catch (error) {
      if (over.aborted) throw error;
      this.#told(`those on ${server.name} could not be looked after, and are in a few minutes`, error);
      return 'failed';
    }
  }

  #told(what: string, error: unknown): void {
    this.#of.line(`webhooks: ${what}: ${error instanceof Error ? error.message : 'something failed'}`);
  }

  async #kept(
    server: ServerConfiguration,
    url: string | undefined,
    over: AbortSignal,
  ): Promise<WebhookState | undefined> {
    const { workplace, environment, line } = this.#of;
    const { installation, secret } = ownSecret(workplace.directory, environment);
    const of = keepingOf(workplace, { url, installation, secret });
    const state = await untilOver(over, () => keepWebhooksOf(of, server, over));
    if (state === undefined) return undefined;
    const before = this.#states.get(server.name);
    this.#states.set(server.name, state);
    if (state.outcome !== 'failed') this.#carried.set(server.name, secret);
    if (before === undefined || stateLine(before) !== stateLine(state)) line(stateLine(state));
    // One that has none now carries none, whatever it may show again later.
    if (this.#woken.every(({ name }) => this.#carried.get(name) === secret))
      forgetFormer(workplace.directory, secret);
    return state;
  }

  #callsOf(server: ServerName): { taken: number; lastAt?: EpochMs; missed: number } {
    const known = this.#calls.get(server) ?? { taken: 0, missed: 0 };
    this.#calls.set(server, known);
    return known;
  }

  async #note(over: AbortSignal): Promise<void> {
    const noted = new Map<ServerName, string>();
    while (!over.aborted) {
      await untilOver(over, () => systemClock.sleep(noteMs, over));
      try {
        await this.#noteCalls(noted);
      } catch (error) {
        this.#told('how often FileMaker called could not be put down, and is in a few minutes', error);
        await untilOver(over, () => systemClock.sleep(renewMs.failed, over));
      }
    }
  }

  /** Of servers whose calls are not as they were noted. */
  async #noteCalls(noted: Map<ServerName, string>): Promise<void> {
    const { control } = this.#of.workplace.state;
    for (const [server, calls] of this.#calls) {
      const now: HookCalls = { since: this.#since, ...calls };
      if (noted.get(server) === JSON.stringify(now)) continue;
      const state = await control.webhookState(server);
      if (state === undefined) continue;
      await control.putWebhookState({ ...state, calls: now });
      noted.set(server, JSON.stringify(now));
    }
  }
}

const isHere = ({ url }: ServerConfiguration): boolean => isLoopback(new URL(url).hostname);

export const keepingOf = (
  { configuration, state, accounts }: Omit<Of, 'directory'>,
  own: Pick<WebhookKeeping, 'url' | 'installation' | 'secret' | 'removes'>,
): WebhookKeeping => ({
  ...own,
  configuration,
  control: state.control,
  clock: systemClock,
  accountOf: (server) => accounts.get(server) ?? { username: '', password: '' },
  inspect: inspectWith(state.sessions),
});
