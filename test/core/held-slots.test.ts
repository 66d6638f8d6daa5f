/**
 * Session slots against a FileMaker Server as a model: it opens a session whenever it is asked, and closes one that is idle
 * for 15 minutes. Holders are killed between any two steps, and two versions with different capacities are alive at once.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  changeSlot,
  type HeldSlot,
  leaveSlot,
  noneHeld,
  takeLeft,
  takeSlot,
} from '../../src/core/held-slots.ts';

const minute = 60_000;
const idleMs = 15 * minute;
const orphanMs = idleMs + minute;
/** How long an invocation may live. */
const lifeMs = 10 * minute;

type Holder = {
  readonly slot: HeldSlot;
  readonly diesAt: number;
  token: string | undefined;
  /** Only then a session is used. */
  isStored: boolean;
};

/** What became of the sessions that were opened: when each was last used. */
class FileMaker {
  readonly #open = new Map<string, number>();
  most = 0;
  opened = 0;

  logIn(now: number): string {
    this.opened += 1;
    const token = `token-${this.opened}`;
    this.#open.set(token, now);
    this.most = Math.max(this.most, this.count(now));
    return token;
  }

  use(token: string, now: number): void {
    if (this.#isOpen(token, now)) this.#open.set(token, now);
  }

  logOut(token: string): void {
    this.#open.delete(token);
  }

  count(now: number): number {
    return [...this.#open.keys()].filter((token) => this.#isOpen(token, now)).length;
  }

  #isOpen(token: string, now: number): boolean {
    const usedAt = this.#open.get(token);
    return usedAt !== undefined && usedAt + idleMs > now;
  }
}

type Step = {
  readonly kind: keyof typeof takes | (typeof acts)[number];
  readonly who: number;
  readonly waitMs: number;
};

const takes = { take: takeSlot, takeLeft };
const acts = ['logIn', 'store', 'use', 'logOut', 'leave', 'die'] as const;

/** Each step of a holder is one effect, so that it may be killed between any two. */
function play(steps: readonly Step[], capacities: readonly number[]): FileMaker {
  const fileMaker = new FileMaker();
  let slots = noneHeld;
  let now = 0;
  let holders: Holder[] = [];
  const end = (holder: Holder): void => {
    holders = holders.filter((one) => one !== holder);
  };
  const logOut = (holder: Holder): void => {
    if (holder.token !== undefined) fileMaker.logOut(holder.token);
    slots = changeSlot(slots, holder.slot, () => undefined) ?? slots;
    end(holder);
  };
  const take = (give: typeof takeSlot, capacity: number): void => {
    const taken = give(slots, { capacity, now, orphanMs, heldUntil: now + lifeMs });
    if (taken.slot === undefined) return;
    slots = taken.slots;
    holders.push({
      slot: taken.slot,
      diesAt: now + lifeMs,
      token: taken.slot.token,
      isStored: taken.slot.token !== undefined,
    });
  };
  const act: Record<(typeof acts)[number], (holder: Holder) => void> = {
    logIn: (holder) => {
      holder.token ??= fileMaker.logIn(now);
    },
    store: (holder) => {
      const { token, slot } = holder;
      if (token === undefined) return;
      const stored = changeSlot(slots, slot, (held) => ({ ...held, state: 'opened', token }));
      if (stored === undefined) return logOut(holder);
      slots = stored;
      holder.isStored = true;
    },
    use: ({ token, isStored }) => {
      if (token !== undefined && isStored) fileMaker.use(token, now);
    },
    logOut,
    leave: (holder) => {
      if (!holder.isStored) return;
      slots = leaveSlot(slots, holder.slot) ?? slots;
      end(holder);
    },
    die: end,
  };
  for (const { kind, who, waitMs } of steps) {
    now += waitMs;
    // AWS has ended them by then, and a login is sent at once or not at all.
    holders = holders.filter(
      ({ diesAt, slot, token }) => diesAt > now && (token !== undefined || slot.openingAt + minute > now),
    );
    const holder = holders[who % Math.max(1, holders.length)];
    if (kind === 'take' || kind === 'takeLeft') take(takes[kind], capacities[who % capacities.length] ?? 1);
    else if (holder !== undefined) act[kind](holder);
  }
  return fileMaker;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('take', 'take', 'take', 'takeLeft', 'logIn', 'logIn', ...acts),
  who: fc.nat(20),
  waitMs: fc.oneof(
    { weight: 20, arbitrary: fc.nat(5000) },
    { weight: 3, arbitrary: fc.nat(4 * minute) },
    fc.constant(orphanMs),
  ),
});

test('sessions that may be open, orphans included, never pass the greater capacity of two versions alive', () => {
  let most = 0;
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 50, maxLength: 400, size: 'max' }),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 }),
      (steps, capacities) => {
        const played = play(steps, capacities);
        most = Math.max(most, played.most);
        expect(played.most).toBeLessThanOrEqual(Math.max(...capacities));
      },
    ),
    { numRuns: 1000 },
  );
  // A game in which hardly any session is opened shows nothing.
  expect(most).toBe(4);
});
