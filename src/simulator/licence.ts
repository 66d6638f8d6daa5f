/**
 * What the licence counts: the data that the Data API sends. Documented is that there is a limit for a year, and 953 beyond it
 * (help.claris.com server-help config-fmodata-limits). Assumed: it counts the bodies of all answers, before compression, and
 * refuses what needs a token, not a login.
 */
export class Licence {
  /** Bytes since it was reset. */
  bytes = 0;
  #left = Number.POSITIVE_INFINITY;

  /** So many more may be sent from now on; undefined: any number. */
  allow(bytes: number | undefined): void {
    this.#left = bytes ?? Number.POSITIVE_INFINITY;
  }

  sent(bytes: number): void {
    this.bytes += bytes;
    this.#left -= bytes;
  }

  get isUsedUp(): boolean {
    return this.#left <= 0;
  }
}
