/**
 * One record that stands in everything that is stored, and is forgotten: judged by all that is stored, not by the ports. What has
 * a value of it begins with `telling`; its key is `telling` too.
 */
import { describe, expect, test } from 'vitest';
import { conflictId } from '../../src/core/conflict.ts';
import type { Head, HeadField } from '../../src/core/head.ts';
import { noCounts } from '../../src/core/sweep.ts';
import { forgetRecord, type ForgetOutcome } from '../../src/engine/forget-record.ts';
import type { Forgetful } from './forgetting.ts';
import { closing, type Open } from './opened.ts';
import {
  act,
  batchRow,
  conflict,
  head,
  historyEntry,
  meeting,
  parkedRecord,
  replica,
  run,
  sending,
  watermark,
} from './samples.ts';

const at = 1_732_000_000_000;
const table = 'contacts';
const key = 'telling-key';
const stamp = { lo: at, hi: at };
const field = (value: string): HeadField => ({ value: `telling-${value}`, digest: 'd', stamp, origin: 'hq' });
const digests = { name: 'd' };
const amounts = (of: string) => ({ amounts: { stock: `telling-amount-${of}` } });

const content = {
  key,
  fields: { name: field('name') },
  createOnly: { made: 'telling-once' },
  seen: { hq: { recordId: '1', modId: 2, version: 1, digests, at, gone: true, ...amounts('seen') } },
} as const;

/** Head, history and conflicts; known to be gone on both servers. */
async function fillRecord({ records, control }: Forgetful): Promise<void> {
  const first: Head = head(1, content);
  await records.putHeads([first]);
  const replaced = {
    fields: { name: { ...field('before'), held: heldBy('candidate'), added: 'telling-added' } },
    createOnly: { made: 'telling-once-before' },
  };
  await control.putHistory([historyEntry(2, { key, replaced, decided: [] })]);
  const side = (value: string) => ({ server: 'hq', value: `telling-${value}`, stamp });
  const choice = { at, value: 'telling-chosen', before: field('replaced'), conflicts: [] };
  const undone = { at, before: field('undone') };
  for (const [name, parts] of [
    ['plain', {}],
    ['open', { open: true }],
    ['chosen', { choices: [{ ...choice, undone }] }],
  ] as const) {
    const id = conflictId(table, key, name, 'hq', '7', 3, 'x');
    await control.putConflicts([
      conflict(id, { key, winner: side(`won ${name}`), loser: side(`lost ${name}`), ...parts }),
    ]);
  }
  await records.putHeads([{ ...first, version: 2, deleted: { stamp, origin: 'hq' } }]);
  for (const server of ['hq', 'branch'])
    await records.putReplicas([
      replica(1, { server, key, at, until: at, digests: {}, gone: true, ...amounts(server) }),
    ]);
}

const heldBy = (value: string) => ({
  candidates: { branch: { value: `telling-${value}`, digest: 'd', stamp } },
  conflicts: [],
});

/** Where others show it. */
async function fillExamples({ control }: Forgetful): Promise<void> {
  const example = { key, fields: [{ field: 'name', here: 'telling-here', head: 'telling-there' }] };
  await control.putMeeting(meeting({ examples: [example] }));
  const reading = { table, fields: ['name'], startedAt: at, place: { offset: 0, seen: [] } };
  const counts = { shared: 0, differing: 0 };
  await control.putBookmark({ ...reading, ...counts, server: 'hq', kind: 'meeting', examples: [example] });
  const newest = [
    { recordId: '2', key, modId: 1, at },
    { recordId: '1', key: 'other', modId: 1, at },
  ];
  const mark = watermark(1, { server: 'branch', newest });
  await control.putWatermark(mark);
  await control.putBookmark({ ...reading, server: 'branch', kind: 'first-read', watermark: mark });
  const groups = [{ records: 2, keys: [key, 'other'] }];
  const doubled = { fields: [{ field: 'name', values: 1, records: 2, groups }] };
  const last = { startedAt: at, endedAt: at, counts: noCounts, doubled };
  await control.putSweep({ table, server: 'hq', last });
  const halt = { table, server: 'hq', rev: 1, id: 'abc123', kind: 'clone', at, figures: {} } as const;
  const before = { ...halt, id: 'def456', examples: [key, 'other'] };
  await control.putHalt({ ...halt, examples: ['other', key], moved: { was: 'a', now: 'b', before } });
  await control.putRun(run('r1'));
}

/** What is in the way of forgetting it. */
async function fillHindrances({ control }: Forgetful): Promise<void> {
  await control.park([parkedRecord(key)]);
  await control.putSuspects([{ table, server: 'hq', key, recordId: '1', rev: 1, at, source: 'sweep' }]);
  await control.putBatches([batchRow('row', { keys: [{ key, version: 2, waitsFor: 'companies' }] })]);
  const claimed = await control.claim('row');
  await control.appendSending('row', claimed?.rev ?? 0, [sending('row', key, amounts('sent'))]);
}

/** All of that is settled. */
async function settle({ control }: Forgetful): Promise<void> {
  await control.unpark(table, 'hq', [key]);
  await control.dropSuspects(table, 'hq', [key]);
  await control.close('row', (await control.batch('row'))?.rev ?? 0);
  const halt = await control.halt(table, 'hq');
  if (halt !== undefined) await control.endHalt(halt);
}

const forget = (port: Forgetful): Promise<ForgetOutcome> =>
  forgetRecord(
    { ...port, clock: { now: () => at + 86_400_000, sleep: () => Promise.resolve() } },
    { table, key, servers: ['hq', 'branch'], deletes: 'edit-wins', quietMs: 0 },
  );

/** Where records are shown as examples. */
const shownIn = async ({ control }: Forgetful): Promise<unknown> => [
  await control.halts(),
  await control.meetings(),
  await control.bookmark(table, 'hq'),
  await control.sweeps(),
];

const tellingIn = async (port: Forgetful): Promise<readonly string[]> =>
  [...new Set((await port.dump()).join('\n').match(/telling-[a-z -]*/g) ?? [])].toSorted();

export function describeForgottenRecordContract(name: string, open: Open<Forgetful>): void {
  describe(`a record that is forgotten: ${name}`, () => {
    const opened = closing(open);

    test('leaves nothing of it in anything that is stored', async () => {
      const { port, reopen } = await opened();
      await fillRecord(port);
      await fillExamples(port);
      expect((await tellingIn(port)).length).toBeGreaterThan(18);
      expect(await forget(port)).toMatchObject({ kind: 'bare', hindrances: [{ why: 'halted' }] });
      expect(await tellingIn(port)).toEqual([key]);
      expect(JSON.stringify(await shownIn(port))).not.toContain(key);
      await settle(port);
      expect(await forget(port)).toMatchObject({ kind: 'forgotten' });
      expect(await tellingIn(await reopen())).toEqual([]);
    });

    test('leaves its key, and what is about to be written, as long as something is in the way', async () => {
      const { port, reopen } = await opened();
      await fillRecord(port);
      await fillHindrances(port);
      expect(await forget(port)).toMatchObject({ kind: 'bare' });
      expect(await tellingIn(port)).toEqual(['telling-amount-sent', key]);
      await settle(port);
      expect(await forget(port)).toMatchObject({ kind: 'forgotten' });
      expect(await tellingIn(await reopen())).toEqual([]);
    });

    test('is named by the acts about it alone, which are kept for their time', async () => {
      const { port } = await opened();
      await fillRecord(port);
      const before = await port.dump();
      await port.control.putAct(act('a', { key, how: 'keep branch' }));
      const acts = (await port.dump()).filter((one) => !before.includes(one));
      expect(await forget(port)).toMatchObject({ kind: 'forgotten' });
      expect((await port.dump()).filter((one) => one.includes('telling'))).toEqual(acts);
    });
  });
}
