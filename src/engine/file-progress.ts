/** How far a file has come, for those who wait for large ones, and for those who would take its server over. No content, no name of a file, no key (R9). */
import type { FieldName } from '../core/names.ts';
import type { Engine, Place } from './engine.ts';

/** Of smaller files nothing is told. Assumed: they take a second or so. */
const toldFrom = 10_000_000;
/** Told once in so many bytes at least, or in a tenth of the file, whichever is more. */
const toldEach = 10_000_000;

export class Progress {
  readonly #engine: Pick<Engine, 'report' | 'atWork'>;
  readonly #place: Pick<Place, 'plan' | 'link'>;
  readonly #field: FieldName;
  readonly #way: 'coming' | 'going';
  readonly #total: number | undefined;

  /** `total`: bytes, where it is known beforehand. */
  constructor(
    engine: Pick<Engine, 'report' | 'atWork'>,
    place: Pick<Place, 'plan' | 'link'>,
    field: FieldName,
    way: 'coming' | 'going',
    total: number | undefined,
  ) {
    this.#engine = engine;
    this.#place = place;
    this.#field = field;
    this.#way = way;
    this.#total = total;
  }

  /** The same bytes, told of as they go by. */
  async *counting(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const step = Math.max(toldEach, (this.#total ?? 0) / 10);
    let size = 0;
    let next = step;
    for await (const part of bytes) {
      size += part.length;
      yield part;
      await this.#engine.atWork?.();
      if (size < next || !this.#isTold(size)) continue;
      next = size + step;
      this.#tell(size);
    }
    if (this.#isTold(size)) this.#tell(size);
  }

  #isTold(size: number): boolean {
    return (this.#total ?? size) >= toldFrom;
  }

  #tell(bytes: number): void {
    const { plan, link } = this.#place;
    this.#engine.report({
      kind: 'transferring',
      table: plan.name,
      server: link.server,
      field: this.#field,
      way: this.#way,
      bytes,
      ...(this.#total !== undefined && { total: this.#total }),
    });
  }
}
