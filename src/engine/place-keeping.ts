/**
 * Where a long reading has come to, put down now and then: whoever goes on begins there, also behind a process that died.
 *
 *   R1  It is put down behind a page of which everything was ingested, so that what is left out when reading goes on was read.
 */
import type { Bookmark } from '../core/bookmark.ts';
import type { Engine, Place } from './engine.ts';

type Begun = { readonly isStored: boolean; readonly atOnce: boolean };

export class PlaceKeeping {
  readonly #engine: Engine;
  readonly #place: Place;
  #isStored: boolean;
  #pages: number;

  /** `isStored`: an earlier reading left a bookmark; `atOnce`: the first page is worth one. */
  constructor(engine: Engine, place: Place, { isStored, atOnce }: Begun) {
    this.#engine = engine;
    this.#place = place;
    this.#isStored = isStored;
    this.#pages = atOnce ? engine.settings.bookmarkPages : 0;
  }

  /** Another page is done with; the bookmark is put down where reading stops here, or enough was read since the last. */
  async behindPage(stops: boolean, bookmark: () => Bookmark): Promise<void> {
    this.#pages += 1;
    if (!stops && this.#pages < this.#engine.settings.bookmarkPages) return;
    this.#pages = 0;
    this.#isStored = true;
    await this.#engine.control.putBookmark(bookmark());
  }

  /** Reading came to its end. */
  async drop(): Promise<void> {
    const { plan, link } = this.#place;
    if (this.#isStored) await this.#engine.control.dropBookmark(plan.name, link.server);
    this.#isStored = false;
  }
}
