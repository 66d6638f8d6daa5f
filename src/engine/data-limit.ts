/**
 * A server whose licence lets the Data API send no more (953) is left alone: nothing is asked of it but one trial an hour, by one
 * process among all, and everything goes on when it answers that.
 *
 *   R7  Whoever works on it is told so without a request, as of a server that is down; the others go on.
 */
import { type Breaker, failed, isOpen, works } from '../core/breaker.ts';
import { dataLimitRemedy } from '../core/data-use.ts';
import type { ServerName } from '../core/names.ts';
import type { BulkWay, Server, ServerFiles, ServerTable } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { Engine } from './engine.ts';

export type DataLimitPorts = {
  readonly control: Pick<Engine['control'], 'breaker' | 'putBreaker'>;
  readonly clock: Pick<Engine['clock'], 'now'>;
  readonly report: Engine['report'];
};

/** `known`: the breaker of the task `data`, as it is stored. */
export function withinDataLimit(server: Server, ports: DataLimitPorts, known: Breaker | undefined): Server {
  const gate = new Gate(server.name, ports, known);
  return {
    name: server.name,
    // What is asked without an account shows no data, so that its answer proves nothing.
    probe: (signal) => gate.pass(() => server.probe(signal)),
    layout: (database, layout, signal) => gate.ask(() => server.layout(database, layout, signal)),
    table: (binding) => tableBehind(gate, server.table(binding)),
    close: () => server.close(),
  };
}

const tableBehind = (gate: Gate, table: ServerTable): ServerTable => ({
  changed: (range, page, signal) => gate.ask(() => table.changed(range, page, signal)),
  list: (page, signal) => gate.ask(() => table.list(page, signal)),
  lookUp: (keys, signal) => gate.ask(() => table.lookUp(keys, signal)),
  read: (recordId, signal) => gate.ask(() => table.read(recordId, signal)),
  create: (key, values, departBy, signal) => gate.ask(() => table.create(key, values, departBy, signal)),
  update: (...of) => gate.ask(() => table.update(...of)),
  ...(table.updatesUnconditionally && { updatesUnconditionally: true }),
  remove: (recordId, departBy, signal) => gate.ask(() => table.remove(recordId, departBy, signal)),
  ...(table.files && { files: filesBehind(gate, table.files) }),
  ...(table.expect && { expect: (writes) => gate.lets && table.expect?.(writes) }),
  ...(table.bulk && { bulk: (signal) => bulkBehind(gate, table, signal) }),
});

const filesBehind = (gate: Gate, files: ServerFiles): ServerFiles => ({
  download: (recordId, field, take, signal) => gate.ask(() => files.download(recordId, field, take, signal)),
  upload: (...of) => gate.ask(() => files.upload(...of)),
  ...(files.refusal && { refusal: (file) => files.refusal?.(file) }),
});

async function bulkBehind(gate: Gate, table: ServerTable, signal: AbortSignal): Promise<BulkWay> {
  const bulk = await gate.ask(async () => table.bulk?.(signal));
  if (bulk === undefined || bulk === 'untried') return bulk;
  return {
    most: (writes) => bulk.most(writes),
    apply: (writes, departBy, after) => gate.ask(() => bulk.apply(writes, departBy, after)),
    ...(bulk.clockShown && { clockShown: () => bulk.clockShown?.() }),
  };
}

const task = 'data';
const code = 'data-limit-exceeded';

class Gate {
  readonly #server: ServerName;
  readonly #ports: DataLimitPorts;
  #stop: Breaker | undefined;
  /** The one request that finds out whether it answers again. */
  #trial: Promise<void> | undefined;

  constructor(server: ServerName, ports: DataLimitPorts, known: Breaker | undefined) {
    this.#server = server;
    this.#ports = ports;
    this.#stop = known;
  }

  async pass<Result>(work: () => Promise<Result>): Promise<Result> {
    const stop = this.#open();
    if (stop !== undefined && this.#ports.clock.now() < stop.tryAt) throw this.#leftAlone(stop);
    return work();
  }

  async ask<Result>(work: () => Promise<Result>): Promise<Result> {
    while (this.#trial !== undefined) await this.#trial;
    const stop = this.#open();
    if (stop === undefined) return this.#noted(work);
    if (this.#ports.clock.now() < stop.tryAt) throw this.#leftAlone(stop);
    return this.#alone(() => this.#try(stop, work));
  }

  /** Whoever asks now is let through at once. */
  get lets(): boolean {
    return this.#trial === undefined && this.#open() === undefined;
  }

  #open(): Breaker | undefined {
    return isOpen(this.#stop) ? this.#stop : undefined;
  }

  /** Whoever asks meanwhile waits for what becomes of it. */
  async #alone<Result>(trial: () => Promise<Result>): Promise<Result> {
    const over = Promise.withResolvers<void>();
    this.#trial = over.promise;
    try {
      return await trial();
    } finally {
      this.#trial = undefined;
      over.resolve();
    }
  }

  async #try<Result>(stop: Breaker, work: () => Promise<Result>): Promise<Result> {
    const { control } = this.#ports;
    // Whatever becomes of it, nobody asks again before an hour is over.
    const taken = this.#failed(stop);
    if (!(await control.putBreaker(taken))) {
      this.#stop = await control.breaker(this.#server, task);
      const theirs = this.#open();
      if (theirs !== undefined) throw this.#leftAlone(theirs);
      return this.#noted(work);
    }
    this.#stop = taken;
    const result = await work();
    await this.#end(taken);
    return result;
  }

  /** It answered: unless another process was refused meanwhile, and stored that. */
  async #end(taken: Breaker): Promise<void> {
    const { control, clock, report } = this.#ports;
    const over = works(taken, clock.now());
    this.#stop = (await control.putBreaker(over)) ? over : await control.breaker(this.#server, task);
    if (this.#open() === undefined) report({ kind: 'data-limit-over', server: this.#server });
  }

  async #noted<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ServerError && error.code === code) await this.#note();
      throw error;
    }
  }

  async #note(): Promise<void> {
    const { control, report } = this.#ports;
    // Requests that were under way together are told of it together.
    while (this.#open() === undefined) {
      const stop = this.#failed(this.#stop);
      this.#stop = stop;
      if (await control.putBreaker(stop)) {
        report({ kind: 'data-limit-reached', server: this.#server, tryAt: stop.tryAt });
        return;
      }
      this.#stop = await control.breaker(this.#server, task);
    }
  }

  #failed(before: Breaker | undefined): Breaker {
    return failed(before, { server: this.#server, task, code }, this.#ports.clock.now());
  }

  #leftAlone({ tryAt }: Breaker): ServerError {
    const what = `server "${this.#server}" is left alone: it answered 953, the limit of data that the Data API may send is reached`;
    return new ServerError(code, this.#server, `${what}; ${dataLimitRemedy}`, {
      fileMakerCode: '953',
      retryAt: tryAt,
    });
  }
}
