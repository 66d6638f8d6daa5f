/** What acts came to, for those who see and for those who hear the page. */
import { signal } from '@preact/signals';

export type Notice = { readonly id: number; readonly lines: readonly string[] };

export const notices = signal<readonly Notice[]>([]);

const shownMs = 20_000;
let last = 0;

export function say(lines: readonly string[]): void {
  last += 1;
  const id = last;
  notices.value = [...notices.value.slice(-1), { id, lines }];
  window.setTimeout(() => dismiss(id), shownMs);
}

/** Who has gone on to something else has read them. */
export function dismissAll(): void {
  notices.value = [];
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((one) => one.id !== id);
}
