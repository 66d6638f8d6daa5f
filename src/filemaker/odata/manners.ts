/**
 * How a server may be asked. What no document tells is tried, and left off once the server refuses it and takes the same request
 * without (docs/filemaker.md, what is not verified).
 */
import type { Envelope } from '../http/answer.ts';

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

  /** The server took it. */
  isProven(manner: Manner): boolean {
    return this.has(manner) && this.#proven.has(manner);
  }

  /** The answer to what `ask` makes of the manners that it may use. Where none helps, what was refused is the request's own fault. */
  async ask(uses: readonly Manner[], ask: (has: Has) => Promise<Envelope>): Promise<Envelope> {
    const usable = uses.filter(this.has);
    let refused: Envelope | undefined;
    for (const dropped of subsets(usable)) {
      const answer = await ask((manner) => this.has(manner) && !dropped.includes(manner));
      if (isRefusal(answer.code)) {
        refused ??= answer;
        continue;
      }
      for (const manner of usable) (dropped.includes(manner) ? this.#without : this.#proven).add(manner);
      return answer;
    }
    return refused ?? ask(this.has);
  }
}

/** Of all that there are, those of few first: none, each, two of them. */
const subsets = (manners: readonly Manner[]): readonly (readonly Manner[])[] =>
  manners
    .reduce<readonly (readonly Manner[])[]>((sum, one) => [...sum, ...sum.map((few) => [...few, one])], [[]])
    .toSorted((few, more) => few.length - more.length);
