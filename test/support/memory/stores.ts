/** The Maps of all ports together: what is forgotten goes from each, by what its values are about. */
import { type Identity, keyFact, linkFact, serverFact } from '../../../src/core/identity.ts';
import type { Forgetting } from '../../../src/ports/forgetting.ts';
import { allInRows } from '../../../src/state/all-in-rows.ts';

/** What a stored value is about, as far as it says so. */
export type About = { readonly table?: string; readonly server?: string };

type Kept = {
  /** Removes what is about exactly this; gives how many there were. */
  readonly forget: (about: About) => number;
  readonly dump: () => readonly string[];
};

export class Stores {
  readonly #kept = new Map<object, Kept>();
  readonly #facts = new Map<string, string>();

  /** `aboutOf`: where a value does not say itself what it is about. */
  map<Value extends object>(
    aboutOf: (value: Value, name: string) => About = (value: About) => value,
  ): Map<string, Value> {
    const stored = new Map<string, Value>();
    const forget = ({ table, server }: About): number => {
      const names = [...stored].flatMap(([name, value]) => {
        const about = aboutOf(value, name);
        return about.table === table && about.server === server ? name : [];
      });
      return names.filter((name) => stored.delete(name)).length;
    };
    this.#kept.set(stored, { forget, dump: () => [...stored].map((entry) => JSON.stringify(entry)) });
    return stored;
  }

  bindTo(identity: Identity): void {
    for (const [name, value] of Object.entries(identity)) this.#facts.set(name, value);
  }

  /** Everything that is stored. */
  dump(): readonly string[] {
    const facts = [...this.#facts].map((fact) => JSON.stringify(fact));
    return [...facts, ...[...this.#kept.values()].flatMap(({ dump }) => dump())].toSorted();
  }

  get forgetting(): Forgetting {
    return {
      ...allInRows,
      forgetPlace: async (table, server) => this.#forget({ table, server }, linkFact(table, server)),
      forgetServer: async (server) => {
        this.#forget({ server }, serverFact(server));
      },
      forgetTable: async (table) => this.#forget({ table }, keyFact(table)),
    };
  }

  /** Gives how many records were known of it: Maps of `records` come first. */
  #forget(about: About, fact: string): number {
    this.#facts.delete(fact);
    const counts = [...this.#kept.values()].map(({ forget }) => forget(about));
    const [heads = 0, replicas = 0] = counts;
    return about.server === undefined ? heads : replicas;
  }
}
