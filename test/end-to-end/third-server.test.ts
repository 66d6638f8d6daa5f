/**
 * A third office joins two that hold the same records, while people work in both. SERVERSYNC_ROWS=20000 has it played with as many
 * (docs/testing.md).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBench } from './support/bench.ts';
import { changed } from './support/refusal.ts';
import { row, rows, synced } from './support/rows.ts';

const size = Number(process.env['SERVERSYNC_ROWS'] ?? 1500);
/** People edit one record in each office, and make one, so often, ms. */
const everyMs = 60;
const mostEdits = 60;
/** Three records, shown in each of three ticks and in some look-ups, at less than 700 bytes each. */
const bytesOfEdits = 3 * 6 * 700;

test('a server that joins is filled from what is known: no other is listed for it, and all are equal in the end', {
  timeout: 1_200_000,
}, async () => {
  await using bench = await openBench({
    offices: { hq: { rows: rows(0, size) }, branch: { rows: rows(0, size) }, shop: {} },
  });
  const [hq, branch, shop] = [bench.hq, bench.branch, bench.office('shop')];
  const withoutShop = changed(['servers', 'shop'], undefined);
  await bench.configure((configuration) =>
    withoutShop(changed(['tables', 'contacts', 'servers', 'shop'], undefined)(configuration)),
  );
  for (let run = 0; run < 2; run += 1) await bench.run();
  // Three ticks as they are without it: all records are so new that each reads them again.
  bench.resetCounters();
  for (let run = 0; run < 3; run += 1) await bench.run();
  const usual = { hq: hq.stats, branch: branch.stats };
  bench.resetCounters();
  await bench.configure();
  const over = new AbortController();
  let edits = 0;
  const people = (async () => {
    for (; !over.signal.aborted && edits < mostEdits; edits += 1) {
      hq.edit(keyOf(edits * 2), { name: `edited at hq ${edits}` });
      branch.edit(keyOf(edits * 2 + 1), { notes: `edited at branch ${edits}` });
      branch.create({ ...texts(row(size + edits)) });
      await sleep(everyMs);
    }
  })();
  const startedAt = performance.now();
  const joined = await bench.run();
  const tookMs = Math.round(performance.now() - startedAt);
  over.abort();
  await people;
  for (let run = 0; run < 2; run += 1) await bench.run();
  expect(joined).toMatchObject({ halted: [], failures: [], conflicts: 0 });
  expect(shop.records).toHaveLength(size + edits);
  for (const office of [branch, shop]) expect(synced(office)).toEqual(synced(hq));
  for (const [name, { requests, bytesSent }] of [
    ['hq', hq.stats],
    ['branch', branch.stats],
  ] as const) {
    expect(requests.list).toBe(0);
    // More than usual is only what was edited and made, which is read and looked up where it is written.
    expect(requests.read).toBe(usual[name].requests.read);
    expect(bytesSent).toBeLessThan(usual[name].bytesSent + edits * bytesOfEdits);
  }
  expect(shop.stats.requests.create).toBe(shop.records.length);
  if (process.env['SERVERSYNC_ROWS'] !== undefined)
    process.stderr.write(
      `${size} rows, ${edits * 3} edits, joined in ${tookMs} ms: ` +
        JSON.stringify({ hq: asked(hq.stats), branch: asked(branch.stats), shop: asked(shop.stats) }) +
        `; three ticks without it: ${JSON.stringify({ hq: asked(usual.hq), branch: asked(usual.branch) })}\n`,
    );
});

const asked = ({
  requests,
  bytesSent,
}: {
  requests: Readonly<Record<string, number>>;
  bytesSent: number;
}) => ({
  ...Object.fromEntries(Object.entries(requests).filter(([, n]) => n > 0)),
  bytesSent,
});

const texts = (values: Readonly<Record<string, string | number>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const keyOf = (number: number): string => String(row(number)['id']);
