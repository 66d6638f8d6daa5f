/** The life of batch rows in any order of calls, against rows that are plain values. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BatchRow } from '../../src/core/batch.ts';
import type { BatchRows } from '../../src/ports/control.ts';
import type { Open } from './opened.ts';
import { batchRow, sending } from './samples.ts';

type Step = {
  readonly act: 'put' | 'ready' | 'claim' | 'append' | 'withdraw' | 'defer' | 'close' | 'sent';
  readonly id: string;
  /** How far the rev or time that the caller knows is behind. */
  readonly late: 0 | 1;
  readonly at: number;
};

const ids = ['a', 'b', 'c'];
const keys = ['k1', 'k2'];

const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom(
    'put',
    'put',
    'ready',
    'claim',
    'append',
    'append',
    'withdraw',
    'defer',
    'close',
    'sent',
  ),
  id: fc.constantFrom(...ids),
  late: fc.constantFrom(0, 0, 0, 1),
  at: fc.integer({ min: 1, max: 5 }),
});

export function describeBatchRowsLife(name: string, open: Open<BatchRows>): void {
  describe(`batch rows: ${name}`, () => {
    test('after any calls every row is as the calls that were not refused made it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const { port, close } = await open();
          const model = await live(port, steps);
          expect(new Set(await port.openBatches('hq', 10))).toStrictEqual(new Set(model));
          await close();
        }),
        { numRuns: 60 },
      );
    });
  });
}

async function live(port: BatchRows, steps: readonly Step[]): Promise<readonly BatchRow[]> {
  const model = new Map<string, BatchRow>();
  /** Ids are new, those of closed rows too. */
  const put = new Set<string>();
  for (const one of steps) {
    if (one.act === 'put') {
      if (put.has(one.id)) continue;
      put.add(one.id);
    }
    await take(port, model, one);
  }
  for (const id of ids) expect(await port.batch(id)).toStrictEqual(model.get(id));
  const sent = await port.sendingOf('contacts', 'hq', keys);
  const wanted = [...model.values()].flatMap((row) => row.sending);
  expect(new Set([...sent.values()].flat())).toStrictEqual(new Set(wanted));
  expect([...sent.values()].flat()).toHaveLength(wanted.length);
  return [...model.values()];
}

/** Does one call on both and compares what it returns. */
async function take(port: BatchRows, model: Map<string, BatchRow>, one: Step): Promise<void> {
  const { act, id, at } = one;
  const row = model.get(id);
  const rev = (row?.rev ?? 1) - one.late;
  const has = row !== undefined && one.late === 0;
  const change = (parts: Partial<BatchRow>): void => {
    if (row) model.set(id, { ...row, ...parts, rev: parts.rev ?? row.rev + 1 });
  };
  const entry = sending(id, keys[at % keys.length] ?? '', { at });
  const sentAt = (row?.sentAt ?? 0) - one.late;
  const acts: Readonly<Record<Step['act'], () => Promise<void>>> = {
    put: async () => {
      await port.putBatches([batchRow(id)]);
      model.set(id, batchRow(id));
    },
    ready: async () => {
      await port.markReady([id], at);
      if (row?.state === 'preparing') change({ state: 'ready', sentAt: at });
    },
    claim: async () => {
      change({ state: 'ready', attempts: (row?.attempts ?? 0) + 1 });
      expect(await port.claim(id)).toStrictEqual(model.get(id));
    },
    append: async () => {
      expect(await port.appendSending(id, rev, [entry])).toBe(has ? rev + 1 : undefined);
      if (has) change({ sending: [...row.sending, entry] });
    },
    withdraw: async () => {
      expect(await port.withdrawSending(id, rev, [entry])).toBe(has ? rev + 1 : undefined);
      const isOver = ({ key, at: of }: typeof entry): boolean => key === entry.key && of === entry.at;
      if (has) change({ sending: row.sending.filter((sent) => !isOver(sent)) });
    },
    defer: async () => {
      expect(await port.defer(id, rev, at)).toBe(has);
      if (has) change({ notBefore: at });
    },
    close: async () => {
      expect(await port.close(id, rev)).toBe(has);
      if (has) model.delete(id);
    },
    sent: async () => {
      const marks = has && row.state === 'ready';
      expect(await port.markSent([{ id, sentAt }], at)).toStrictEqual(marks ? [id] : []);
      if (marks) change({ sentAt: at, rev: row.rev });
    },
  };
  await acts[act]();
}
