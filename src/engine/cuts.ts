/**
 * Where a range of stamps is cut that holds too much for one find.
 *
 * Changes come in heaps (an import, a script at night), and all of a range may lie in one minute of it. The stamps of the first page
 * say where they begin; each part says how far the next may reach. Cuts only decide how many finds are made: any cut reads everything.
 */
type Part = { readonly from: number; readonly to: number; readonly found: number };

type CutOptions = {
  readonly from: number;
  readonly to: number;
  /** Ranges are cut in whole units. */
  readonly unit: number;
  /** How much one find may hold. */
  readonly most: number;
  /** Some stamps of it, in any order. */
  readonly sample: readonly number[];
};

/** Of what a find may hold, how much is aimed at: what is spread unevenly exceeds it soon. Assumed. */
const aim = 0.75;

/** How many times longer or shorter the next part is at the most: where a heap lies between, its edge is found by few finds. Assumed. */
const mostGrowth = 8;

/** So short a part before the first stamp is not worth a find of its own. Assumed. */
const worthAFind = 1 / 16;

export class Cuts {
  readonly #o: CutOptions;
  readonly #sample: readonly number[];
  #last: Part | undefined;

  constructor(options: CutOptions) {
    this.#o = options;
    const isWithin = (stamp: number): boolean => stamp >= options.from && stamp <= options.to;
    this.#sample = options.sample.filter(isWithin).toSorted((one, other) => one - other);
  }

  /** Where the part ends that begins at `from`, if so much is left: before the end of all, which the part behind the last cut takes. */
  end(from: number, left: number): number {
    const { unit, to } = this.#o;
    const wanted = this.#last === undefined ? this.#bySample(from, left) : from + this.#spanAfter(this.#last);
    const units = Math.max(0, Math.floor((wanted - from) / unit));
    return Math.min(from + units * unit, to - unit);
  }

  /** A part was found; `end` goes by the last one. What comes before the first stamp says nothing of what comes then. */
  found(part: Part): void {
    const [first] = this.#sample;
    if (this.#last !== undefined || first === undefined || part.to >= first) this.#last = part;
  }

  #bySample(from: number, left: number): number {
    const { to, unit } = this.#o;
    const shown = this.#sample.filter((stamp) => stamp >= from);
    const [first] = shown;
    const part = this.#aimed / left;
    if (first === undefined) return from + (to - from) * part;
    if (first - from > (to - from) * worthAFind) return first - unit;
    return shown[Math.floor(shown.length * part)] ?? to;
  }

  #spanAfter({ from, to, found }: Part): number {
    const growth = found === 0 ? mostGrowth : this.#aimed / found;
    return (to - from + this.#o.unit) * Math.min(mostGrowth, Math.max(1 / mostGrowth, growth));
  }

  get #aimed(): number {
    return this.#o.most * aim;
  }
}
