/** The host's clock as runs of our script showed it, told now and then: whoever is told may store it. */
import { width } from '../../core/interval.ts';
import { scriptReading } from '../../core/script-clock.ts';
import type { Probe } from '../../core/server-clock.ts';
import type { Told } from './apply-script.ts';
import type { HttpResponse } from '../http/transport.ts';

/** Between two tellings, ms: as often as clocks are probed. Short costs a read of the state each time, long lets it age. */
const tellEveryMs = 60_000;

export class ApplyClock {
  #best: Probe | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  hear({ utc, ms }: Told, { sentAt, answeredAt }: HttpResponse): void {
    const run = { sentAt, answeredAt, utcMilliseconds: Number(utc || Number.NaN), ranMs: ms };
    const reading = scriptReading(run);
    if (reading === undefined) return;
    const isOld = this.#best === undefined || reading.at - this.#best.at > tellEveryMs;
    if (isOld || width(reading.offset) < width((this.#best ?? reading).offset)) this.#best = reading;
  }

  tell(): Probe | undefined {
    const best = this.#best;
    if (best === undefined || best.at - this.#toldAt < tellEveryMs) return undefined;
    this.#best = undefined;
    this.#toldAt = best.at;
    return best;
  }
}
