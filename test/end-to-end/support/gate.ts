import type { OfficeOptions } from './office.ts';

/** An office that answers no create before the gate is opened, so that a run stays at work for as long as a test wants. */
export function gated(): { readonly office: OfficeOptions; readonly open: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const clock = { now: () => Date.now(), sleep: () => promise };
  return { office: { latencyMs: { create: 1 }, clock }, open: resolve };
}
