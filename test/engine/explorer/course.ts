/** One course of events in a small world: which process takes its next step, or dies, is said from outside. */
import type { Engine } from '../../../src/engine/engine.ts';
import type { ServerTable } from '../../../src/ports/server.ts';
import { watching } from '../../soak/watched.ts';
import { type Fault, judge } from '../../soak/oracle/judge.ts';
import { Ledger, type Shown } from '../../soak/oracle/ledger.ts';
import { Witness } from '../../soak/oracle/witness.ts';
import type { Row } from '../model/model-server.ts';
import { Scheduler, settle } from '../model/scheduler.ts';
import { diceOf } from '../model/seeded-random.ts';
import { modelSettings, World } from '../model/world.ts';
import { passes } from './peace.ts';
import { server, type Situation } from './situation.ts';
import { unconditionalOf } from './unconditional.ts';
import { textOf, Thread } from './thread.ts';

/** `W1`: the process of that name takes a step. `-W1`: it dies. `~W1`: it dies as its request leaves. `>W1`: that request takes effect. */
export type Choice = string;

/** In which processes have their turns. */
export type Order = 'as given' | 'reversed';

const fields = ['a', 'b'];

export class Course {
  readonly world: World;
  readonly #situation: Situation;
  readonly #order: Order;
  readonly #ledger = new Ledger(fields);
  readonly #witness: Witness;
  readonly #threads = new Map<string, Thread>();
  /** Requests whose senders died as they left. */
  readonly #inTheAir = new Map<string, () => void>();
  readonly #failures: unknown[] = [];
  /** Who took the last step. */
  #current: string | undefined;
  #alone = 0;

  constructor(situation: Situation, order: Order = 'as given') {
    this.#situation = situation;
    this.#order = order;
    const { conflicts, policy } = situation;
    const calm = { servers: 2, crash: 0, stale: 0, lost: 0, unique: true };
    const trouble = { ...calm, ...(conflicts && { conflicts }), ...(policy && { policy }) };
    this.world = new World(new Scheduler(diceOf(7), 100), trouble);
    this.#witness = new Witness(this.#ledger);
    for (const [name, of] of this.world.servers) {
      of.onChange = ({ before, after }) =>
        this.#ledger.changed(name, { before: before && shownOf(before), after: after && shownOf(after) });
    }
  }

  async begin(): Promise<void> {
    const { prepare, processes, acts } = this.#situation;
    const person = <Result>(act: () => Result): Result => this.#ledger.byPerson(act);
    const started = await prepare(this.world, person, (work) => this.#freely(work));
    for (const [name, work] of Object.entries(processes(started))) this.#start(name, work);
    for (const [name, act] of Object.entries(acts)) {
      this.#start(name, async (_engine, thread) => {
        await thread.gate('later');
        person(() => act(this.world));
      });
    }
    await settle();
  }

  #start(name: string, work: (engine: Engine, thread: Thread) => Promise<unknown>): void {
    const thread = new Thread(name, this.world.scheduler);
    this.#threads.set(name, thread);
    work(this.#engineOf(thread), thread)
      .catch((error: unknown) => this.#failures.push(error))
      .finally(() => (thread.ended = true));
  }

  #engineOf(thread: Thread): Engine {
    const engine = this.world.engineOf(thread);
    const over = watching(this.#witness);
    const tables = [...engine.tables].map(([name, { plan, servers }]) => {
      const ports = [...servers].map(([of, port]) => [of, over(of, this.#port(of, port, thread))] as const);
      return [name, { plan, servers: new Map(ports) }] as const;
    });
    return { ...engine, tables: new Map(tables) };
  }

  #port(of: string, port: ServerTable, thread: Thread): ServerTable {
    const isOther = this.#situation.unconditional === true && of === 'branch';
    return isOther ? { ...port, ...unconditionalOf(server(this.world, of), thread) } : port;
  }

  /** Work that nothing comes between, to its end. */
  async #freely(work: (engine: Engine) => Promise<unknown>): Promise<void> {
    this.#alone += 1;
    const thread = new Thread(`alone${this.#alone}`, this.world.scheduler, true);
    try {
      await work(this.#engineOf(thread));
    } catch (error) {
      this.#failures.push(error);
    }
  }

  /**
   * What can happen next. First comes whose turn it is: who took the last step goes on to its end, then the next one in order. Requests in
   * the air are last.
   */
  get choices(): readonly Choice[] {
    const able = [...this.#threads].flatMap(([name, { next, dead }]) =>
      next === undefined || dead ? [] : [name],
    );
    if (this.#order === 'reversed') able.reverse();
    const first = able.filter((name) => name === this.#current);
    const others = able.filter((name) => name !== this.#current);
    return [...first, ...others, ...[...this.#inTheAir.keys()].map((name) => `>${name}`)];
  }

  /** The ways in which who took the last step may die now. */
  get deaths(): readonly Choice[] {
    const thread = this.#threads.get(this.#current ?? '');
    if (thread?.next === undefined || thread.dead || this.#situation.acts[thread.name]) return [];
    return [`-${thread.name}`, ...(thread.sends ? [`~${thread.name}`] : [])];
  }

  async take(choice: Choice): Promise<void> {
    const [sign, name] = /^[-~>]/.test(choice) ? [choice.slice(0, 1), choice.slice(1)] : ['', choice];
    if (sign === '>') this.#land(name);
    else if (sign === '') this.#step(name);
    else this.#kill(name, sign === '~');
    await settle();
  }

  #step(name: string): void {
    const thread = this.#threads.get(name);
    // A process waits for a settle time: what was under way then has taken effect by the end of it.
    if (thread?.next === 'later' && !this.#situation.acts[name]) {
      for (const one of this.#inTheAir.keys()) this.#land(one);
      this.world.scheduler.now += modelSettings.settleMs + 1;
    }
    this.#current = name;
    thread?.open();
  }

  #kill(name: string, isSent: boolean): void {
    const thread = this.#threads.get(name);
    if (thread === undefined) return;
    if (isSent) {
      thread.leaves = (request) => this.#inTheAir.set(name, request);
      thread.open();
    }
    thread.dead = true;
  }

  #land(name: string): void {
    this.#inTheAir.get(name)?.();
    this.#inTheAir.delete(name);
  }

  /** Everything on which it depends what may still happen, and how that is judged. */
  async state(): Promise<string> {
    const { records, control } = this.world.ports;
    const names = [...this.world.servers.keys()];
    const table = this.world.plan.name;
    const stored = [
      await records.heads(table, ['k']),
      await control.conflicts(99),
      await control.parked(99),
      ...(await Promise.all(
        names.flatMap((name): readonly Promise<unknown>[] => [
          records.replicas(table, name, ['k']),
          control.openBatches(name, 99),
          control.suspects(table, name, 9),
          control.deleteCount(table, name),
          control.watermark(table, name),
          control.sweep(table, name),
        ]),
      )),
    ];
    const servers = [...this.world.servers.values()].map(({ rows, made }) => [rows, made]);
    const threads = [...this.#threads.values()].map(({ history, dead, ended }) => [history, dead, ended]);
    const rest = [this.world.scheduler.now, [...this.#inTheAir.keys()], this.#current, this.#ledger.digest()];
    return textOf([stored, servers, threads, rest, this.#failures.length]);
  }

  /** All has happened: peace, and what the rules say then. */
  async end(): Promise<readonly Fault[]> {
    for (const name of this.#inTheAir.keys()) this.#land(name);
    const { world } = this;
    const done = await passes(world, (work) => this.#freely(work));
    const heads = await world.ports.records.heads(world.plan.name, ['k']);
    const kept = await world.ports.control.conflicts(99);
    const open = await world.ports.control.backlog();
    const faults = judge(this.#ledger, {
      servers: [...world.servers.keys()].map((name) => ({
        name,
        role: 'both',
        rows: server(world, name).rows.map(shownOf),
        sessions: 1,
        openSessions: 0,
        maxOpenSessions: 0,
        updatesWithoutModId: 0,
      })),
      fields,
      deletes: world.plan.deletes,
      merge: world.plan.merge,
      heads,
      kept: kept.map(({ id, key, field, loser, open: isOpen }) => ({
        id,
        key,
        field,
        value: loser.value,
        isOpen: isOpen === true,
      })),
      parked: (await world.ports.control.parked(9)).map(({ code }) => code),
      halts: (await world.ports.control.halts()).map(({ kind }) => kind),
      openRows: [...open.values()].reduce((sum, { rows }) => sum + rows, 0),
      passes: done,
      unseen: this.#witness.faults,
    });
    const thrown = this.#failures.map((error) =>
      error instanceof Error ? (error.stack ?? '') : String(error),
    );
    return thrown.length > 0 ? [...faults, { rule: 'no process fails', what: thrown }] : faults;
  }
}

const shownOf = ({ recordId, modId, key, values }: Row): Shown => ({
  recordId: Number(recordId),
  modId,
  values: { id: key, ...values },
});
