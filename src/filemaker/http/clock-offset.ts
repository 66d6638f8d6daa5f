/** What the head of an answer shows of the server's clock. */
import type { Interval } from '../../core/interval.ts';
import type { EpochMs } from '../../core/names.ts';
import type { HttpResponse } from './transport.ts';

/** Server minus reference, from the whole second in the `Date` header; undefined where there is none. */
export function clockOffset(http: HttpResponse): { offset: Interval; at: EpochMs } | undefined {
  const second = http.date === undefined ? Number.NaN : Date.parse(http.date);
  if (Number.isNaN(second)) return undefined;
  const offset = { lo: second - http.answeredAt, hi: second + 1000 - http.sentAt };
  return { offset, at: http.answeredAt };
}
