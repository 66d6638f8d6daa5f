/** Whether the console's server answers, as all of the page sees it. */
import { signal } from '@preact/signals';
import { Refused, Unreachable } from './call.ts';
import { takeToken, token } from './token.ts';

export type Reach =
  | { readonly kind: 'answers' }
  /** `nextAt`: when it is asked again. */
  | { readonly kind: 'gone'; readonly since: number; readonly nextAt: number }
  /** It does not know our token. */
  | { readonly kind: 'not-allowed' };

takeToken();
export const reach = signal<Reach>(token() === undefined ? { kind: 'not-allowed' } : { kind: 'answers' });

export function noteAnswer(): void {
  if (reach.value.kind !== 'answers') reach.value = { kind: 'answers' };
}

export function noteFailure(error: unknown, nextAt: number): void {
  if (error instanceof Refused && error.code === 'no-token') reach.value = { kind: 'not-allowed' };
  else if (error instanceof Refused) noteAnswer();
  else if (error instanceof Unreachable) {
    const since = reach.value.kind === 'gone' ? reach.value.since : Date.now();
    reach.value = { kind: 'gone', since, nextAt };
  }
}
