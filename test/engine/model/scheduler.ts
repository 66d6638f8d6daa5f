/**
 * Runs processes one effect at a time, in an order that only the dice know, and kills them between any two effects.
 *
 * A process is real engine code whose every port call waits at a gate. Requests to servers travel by themselves once
 * they are sent: they take effect within `lateMs` even if their sender is dead by then.
 */
import { randomUUID } from 'node:crypto';
import type { Dice } from './seeded-random.ts';

type Gate = { readonly process: Process; readonly open: () => void };
/** `hangs`: it lands when its time is over, not before. */
type Flight = { readonly by: number; readonly land: () => void; readonly hangs: boolean };

/** How a request fares. `lost`: what stands for its answer, which is given up before or after it took effect. */
export type Fate<Result> = { readonly lost?: { readonly answer: Result }; readonly hangs: boolean };

export class Process {
  readonly name: string;
  dead = false;
  ended = false;
  failure: unknown;
  readonly #scheduler: Scheduler;

  constructor(name: string, scheduler: Scheduler) {
    this.name = name;
    this.#scheduler = scheduler;
  }

  /** Waits for its turn; a dead process waits for ever. `call`: what it is about to do. */
  gate(_call: string): Promise<void> {
    return new Promise((open) => {
      if (!this.dead) this.#scheduler.wait({ process: this, open });
    });
  }

  /** Sends something that takes effect by itself; the answer comes at a later turn, if there is one to hear it. */
  async travel<Result>(
    call: string,
    effect: () => Result,
    depart?: { readonly by: number; readonly otherwise: Result },
    { lost, hangs }: Fate<Result> = { hangs: false },
  ): Promise<Result> {
    await this.gate(call);
    if (depart && this.#scheduler.now > depart.by) return depart.otherwise;
    const landed = new Promise<Result>((resolve, reject) => {
      this.#scheduler.fly(() => {
        try {
          resolve(effect());
        } catch (error) {
          reject(error);
        }
      }, hangs);
    });
    const result = lost === undefined ? await landed : lost.answer;
    await this.gate('answer');
    return result;
  }

  /** What came of a call: all that a process knows. */
  heard(_call: string, _result: unknown): void {}

  newId(): string {
    return randomUUID();
  }
}

export class Scheduler {
  now = 1_000_000;
  readonly dice: Dice;
  readonly lateMs: number;
  #gates: Gate[] = [];
  #flights: Flight[] = [];
  readonly processes = new Set<Process>();

  constructor(dice: Dice, lateMs: number) {
    this.dice = dice;
    this.lateMs = lateMs;
  }

  wait(gate: Gate): void {
    this.#gates.push(gate);
  }

  fly(land: () => void, hangs = false): void {
    this.#flights.push({ by: this.now + this.lateMs, land, hangs });
  }

  /** Starts a process; its failure is kept, since a process that dies of an error must be seen. */
  start(name: string, work: (process: Process) => Promise<unknown>): Process {
    const process = new Process(name, this);
    this.processes.add(process);
    work(process)
      .catch((error: unknown) => {
        process.failure = error;
      })
      .finally(() => {
        process.ended = true;
        this.processes.delete(process);
      });
    return process;
  }

  kill(process: Process): void {
    process.dead = true;
    this.processes.delete(process);
    this.#gates = this.#gates.filter((gate) => gate.process !== process);
  }

  get busy(): boolean {
    return this.#gates.length + this.#flights.length > 0;
  }

  /** One effect, of whichever process the dice say; then everything that follows from it until the next gates. */
  async step(): Promise<void> {
    this.now += 1 + this.dice.pick(3);
    const overdue = this.#flights.filter((flight) => flight.by <= this.now);
    const near = this.#flights.filter(({ hangs }) => !hangs);
    const choice = this.dice.pick(this.#gates.length + near.length);
    if (overdue.length > 0) this.#land(overdue);
    else if (choice < this.#gates.length) this.#gates.splice(choice, 1)[0]?.open();
    else this.#land(near.slice(choice - this.#gates.length, choice - this.#gates.length + 1));
    await settle();
  }

  #land(flights: readonly Flight[]): void {
    this.#flights = this.#flights.filter((flight) => !flights.includes(flight));
    for (const flight of flights) flight.land();
  }
}

/** Until no microtask is left: ports of this test do nothing else. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
