/** How a contract suite gets an implementation to test. */
import { afterEach } from 'vitest';

export type Opened<Port> = {
  readonly port: Port;
  /** The process that uses the port ends without a word, and another begins with what is stored. */
  readonly reopen: () => Promise<Port>;
  readonly close: () => Promise<void>;
};

/** Gives one with nothing stored in it. */
export type Open<Port> = () => Promise<Opened<Port>>;

/** The same, closed after the test that opened it. */
export function closing<Port>(open: Open<Port>): Open<Port> {
  const all: Opened<Port>[] = [];
  afterEach(async () => {
    for (const one of all.splice(0)) await one.close();
  });
  return async () => {
    const one = await open();
    all.push(one);
    return one;
  };
}

/** The port alone. */
export const portOf =
  <Port>(open: Open<Port>): (() => Promise<Port>) =>
  async () =>
    (await open()).port;
