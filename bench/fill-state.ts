/**
 * A state that holds so many records, as if all servers had been read and swept a day ago.
 *
 *   node fill-state.ts '{"directory": "…", "rows": 1000, "servers": ["hq", "branch"]}'
 */
import { z } from 'zod';
import { systemClock } from '../src/composition/system-clock.ts';
import { digestsOf } from '../src/core/digest.ts';
import type { Head, Replica } from '../src/core/head.ts';
import { noCounts } from '../src/core/sweep.ts';
import { openLocalState } from '../src/state/local/local-state.ts';
import { canonicalValues, fieldNames, keyOf, recordIdOf } from './generated-rows.ts';
import { printResult } from './processes.ts';

const given = z.object({ directory: z.string(), rows: z.int(), servers: z.array(z.string()) });
const { directory, rows, servers } = given.parse(JSON.parse(process.argv[2] ?? ''));
const table = 'cities';
const at = Date.now() - 86_400_000;
const state = openLocalState({ directory, now: () => systemClock.now() });
const { control, records } = state;

function held(n: number): { readonly head: Head; readonly replicas: readonly Replica[] } {
  const values = canonicalValues(n);
  const digests = digestsOf(values, [...fieldNames]);
  const key = keyOf(n);
  const row = { recordId: String(recordIdOf(n)), modId: 0, version: 1, digests, at };
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
    replicas: servers.map((server) => ({ table, server, key, rev: 1, ...row, until: at + 20 })),
  };
}

const atOnce = 2000;
for (let from = 0; from < rows; from += atOnce) {
  const some = Array.from({ length: Math.min(atOnce, rows - from) }, (_, n) => held(from + n));
  await records.putHeads(some.map(({ head }) => head));
  for (const [which] of servers.entries())
    await records.putReplicas(some.flatMap(({ replicas }) => replicas[which] ?? []));
}
for (const server of servers) {
  const of = { table, server };
  await control.putMeeting({ ...of, state: 'passed', shared: 0, differing: 0, over: true, examples: [], at });
  await control.putWatermark({ ...of, generation: 1, epoch: 1, at, setAt: at, fields: [...fieldNames] });
  await control.putSweep({ ...of, last: { startedAt: at + 1e6, endedAt: at + 2e6, counts: noCounts } });
}
state.close();
printResult({ rows });
