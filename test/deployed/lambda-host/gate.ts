/** Work goes through while the gate is open; who wants quiet closes it, and waits until what went through has ended. */
export class Gate {
  #passing = 0;
  #closed: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  async pass<T>(work: () => Promise<T>): Promise<T> {
    while (this.#closed !== undefined) await this.#closed;
    return this.#count(work);
  }

  /** For what may be part of work that has passed, which would otherwise wait for itself. */
  async join<T>(work: () => Promise<T>): Promise<T> {
    return this.#passing > 0 ? this.#count(work) : this.pass(work);
  }

  async #count<T>(work: () => Promise<T>): Promise<T> {
    this.#passing += 1;
    try {
      return await work();
    } finally {
      this.#passing -= 1;
      if (this.#passing === 0) this.#emptied?.();
    }
  }

  async quiet(work: () => Promise<void>): Promise<void> {
    while (this.#closed !== undefined) await this.#closed;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = promise;
    try {
      await this.#empty();
      await work();
    } finally {
      this.#closed = undefined;
      resolve();
    }
  }

  async #empty(): Promise<void> {
    if (this.#passing === 0) return;
    await new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    this.#emptied = undefined;
  }
}
