/**
 * How a server may be asked. What no document tells is tried, and left off once the server refuses it and takes the same request
 * without (docs/filemaker.md, what is not verified), twice: what a server refuses while it opens a file says nothing of its manners.
 */
import { type Envelope, valueAt } from '../http/answer.ts';

export type Manner =
  /** By FMTID and FMFID, with `Prefer: fmodata.entity-ids`: late in 21.x, and later. */
  | 'ids'
  /** `$filter` on ROWID. */
  | 'rowFilter'
  /** `$orderby=ROWID`. */
  | 'rowOrder'
  /** A record as `Table(ROWID=n)`. */
  | 'rowAddress';

/** With these a server says that it does not understand a request, or knows a name in it not. */
export const refusals: readonly string[] = ['-1000', '-1002', '-1003', '-1010', '8309', '8310', '102', '105'];

export const isRefusal = (code: string): boolean => refusals.includes(code);

export type Has = (manner: Manner) => boolean;

export class Manners {
  readonly #without = new Set<Manner>();
  readonly #proven = new Set<Manner>();

  readonly has: Has = (manner) => !this.#without.has(manner);

  leaveOff(manner: Manner): void {
    this.#without.add(manner);
  }

  prove(manner: Manner): void {
    this.#proven.add(manner);
  }

  /** The server took it; a filter on ROWID counts once it has shown a row. */
  isProven(manner: Manner): boolean {
    return this.has(manner) && this.#proven.has(manner);
  }

  /** The answer to what `ask` makes of the manners that it may use. Where none helps, what was refused is the request's own fault. */
  async ask(uses: readonly Manner[], ask: (has: Has) => Promise<Envelope>): Promise<Envelope> {
    const usable = uses.filter(this.has);
    const asked = (dropped: readonly Manner[]): Promise<Envelope> =>
      ask((manner) => this.has(manner) && !dropped.includes(manner));
    const first = await asked([]);
    if (!isRefusal(first.code)) return this.#took(usable, first);
    for (const dropped of subsets(usable)) {
      const answer = await asked(dropped);
      if (isRefusal(answer.code)) continue;
      // That a record is not there may be another way to refuse it.
      if (answer.code !== '0') return answer;
      const second = await asked([]);
      if (!isRefusal(second.code)) return this.#took(usable, second);
      for (const manner of dropped) this.#without.add(manner);
      return this.ask(uses, ask);
    }
    return first;
  }

  #took(usable: readonly Manner[], answer: Envelope): Envelope {
    if (answer.code !== '0') return answer;
    const rows = valueAt(answer.response, 'value');
    const isShown = Array.isArray(rows) && rows.length > 0;
    for (const manner of usable) if (manner !== 'rowFilter' || isShown) this.#proven.add(manner);
    return answer;
  }
}

/** Of those that there are, but not none of them: those of few first, each, two of them. */
const subsets = (manners: readonly Manner[]): readonly (readonly Manner[])[] =>
  manners
    .reduce<readonly (readonly Manner[])[]>((sum, one) => [...sum, ...sum.map((few) => [...few, one])], [[]])
    .filter(({ length }) => length > 0)
    .toSorted((few, more) => few.length - more.length);
