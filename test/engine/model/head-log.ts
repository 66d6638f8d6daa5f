/** Every head that was stored, to hold what the history tells against. */
import type { Head } from '../../../src/core/head.ts';
import type { Content } from '../../../src/core/history.ts';
import { isDeepStrictEqual } from 'node:util';
import { contentAt, pastOf } from '../../../src/engine/past.ts';
import type { Records } from '../../../src/ports/records.ts';

export class HeadLog {
  readonly #stored = new Map<string, Head[]>();

  /** The same, and what is stored through it is noted. */
  over(records: Records): Records {
    return {
      ...records,
      putHeads: async (heads) => {
        const refused = await records.putHeads(heads);
        for (const head of heads) if (!refused.has(head.key)) this.#of(head.key).push(head);
        return refused;
      },
    };
  }

  /** Versions after which a record held something else than its history tells. */
  async faults(histories: Parameters<typeof pastOf>[0]): Promise<readonly string[]> {
    const faults = await Promise.all([...this.#stored.values()].map((heads) => faultsOf(histories, heads)));
    return faults.flat();
  }

  #of(key: string): Head[] {
    const heads = this.#stored.get(key) ?? [];
    this.#stored.set(key, heads);
    return heads;
  }
}

async function faultsOf(
  histories: Parameters<typeof pastOf>[0],
  heads: readonly Head[],
): Promise<readonly string[]> {
  const last = heads.at(-1);
  if (last === undefined) return [];
  const past = await pastOf(histories, last);
  const ended = past.end === 'beginning' ? [] : [`${last.key} is known from version ${past.knownFrom} on`];
  const wrong = heads.filter((head) => {
    const told = contentAt(past, last, head.version);
    return told === undefined || !isDeepStrictEqual(contentOf(told), contentOf(head));
  });
  return [...ended, ...wrong.map(({ key, version }) => `${key} after version ${version}`)];
}

/** As JSON keeps it, whatever the order of its parts. */
const contentOf = ({ fields, createOnly, deleted }: Content): unknown =>
  JSON.parse(JSON.stringify({ fields, createOnly, deleted }));
