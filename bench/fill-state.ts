/**
 * A state that holds so many records, as if both servers had been read and swept: what a sweep is compared with.
 *
 *   node fill-state.ts DIRECTORY ROWS
 */
import { digestsOf } from '../src/core/digest.ts';
import type { Head, Replica } from '../src/core/head.ts';
import { noCounts } from '../src/core/sweep.ts';
import { canonicalValues, fieldNames, keyOf, recordIdOf } from './generated-rows.ts';
import { openSwept } from './swept-tables.ts';

const [directory = '.', rows = '1000'] = process.argv.slice(2);
const total = Number(rows);
const table = 'cities';
const names = ['hq', 'branch'] as const;
const at = Date.now() - 86_400_000;
const { state, close } = await openSwept(directory);
const { control, records } = state;

function held(n: number): { readonly head: Head; readonly replicas: readonly Replica[] } {
  const values = canonicalValues(n);
  const digests = digestsOf(values, [...fieldNames]);
  const key = keyOf(n);
  const row = { recordId: recordIdOf(n), modId: 0, version: 1, digests, at };
  const stamp = { lo: at, hi: at + 999 };
  const fields = Object.entries(values).map(([name, value]) => {
    const digest = digests[name] ?? '';
    return [name, { value, digest, stamp, origin: 'hq' }];
  });
  return {
    head: {
      table,
      key,
      version: 1,
      fields: Object.fromEntries(fields),
      createOnly: {},
      seen: { hq: row },
    },
    replicas: names.map((server) => ({ table, server, key, rev: 1, ...row, until: at + 20 })),
  };
}

const atOnce = 2000;
for (let from = 0; from < total; from += atOnce) {
  const some = Array.from({ length: Math.min(atOnce, total - from) }, (_, n) => held(from + n));
  await records.putHeads(some.map(({ head }) => head));
  await records.putReplicas(some.flatMap(({ replicas }) => replicas));
}
for (const server of names) {
  const of = { table, server };
  await control.putMeeting({ ...of, state: 'passed', shared: 0, differing: 0, over: true, examples: [], at });
  await control.putWatermark({ ...of, generation: 1, epoch: 1, at, setAt: at, fields: [...fieldNames] });
  await control.putSweep({ ...of, last: { startedAt: at + 1e6, endedAt: at + 2e6, counts: noCounts } });
}
await close();
