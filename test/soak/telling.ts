/** What happens in a game, in words, for who looks for the cause of a failure. */
import type { RecordChange } from '../../src/simulator/control/control.ts';
import type { StoredRecord } from '../../src/simulator/description.ts';
import type { Told } from '../scenarios/support/sync.ts';
import { fields } from './plan.ts';

export function changeWords(server: string, { before, after }: RecordChange): string {
  const key = (after ?? before)?.values['id'];
  return `      ${server} ${key}: ${recordWords(before)} -> ${recordWords(after)}`;
}

const recordWords = (record: StoredRecord | undefined): string =>
  record === undefined
    ? 'none'
    : `#${record.recordId}.${record.modId} ${fields.map((field) => record.values[field]).join(' | ')}`;

/** What the sync says after a pass that it did not say before. */
export class News {
  readonly #said = new Set<string>();

  of({ died, failures, openRows, parked, halts, conflicts }: Told): readonly string[] {
    const failed = Object.entries(failures).map(([server, code]) => `${server} ${code}`);
    const aside = parked.map(({ server, key, code }) => `${server} ${key} ${code}`);
    const stopped = halts.map(({ server, kind }) => `${server} ${kind}`);
    const lines = conflicts.map(({ key, field, winner, loser, rule, kind, open }) => {
      const [won, lost] = [winner, loser].map(
        (side) => `${side.server} ${side.deleted ? 'DELETED' : side.value}`,
      );
      return `      ${open ? 'open' : 'kept'}: ${key} ${field}, ${won} over ${lost}, ${rule}, ${kind}`;
    });
    const fresh = lines.filter((line) => !this.#said.has(line));
    for (const line of fresh) this.#said.add(line);
    return [
      `   == ${died ? 'died' : 'ended'}, ${openRows} rows open${list('failed', failed)}${list('parked', aside)}${list('halted', stopped)}`,
      ...fresh,
    ];
  }
}

const list = (name: string, items: readonly string[]): string =>
  items.length > 0 ? `, ${name}: ${items.join(', ')}` : '';
