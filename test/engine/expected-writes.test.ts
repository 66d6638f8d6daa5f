/** What a run found on one server is said to those that it will be written on, before the first write. */
import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { runOnce } from '../../src/engine/run.ts';
import { alone, never } from './model/alone.ts';
import { serverOf, valuesOf, worldWith } from './model/invocations.ts';

/** What each server was told to expect when it held so many rows. */
async function expectedWith(rows: number): Promise<readonly string[]> {
  const world = worldWith(rows);
  const told: string[] = [];
  const listening = (engine: Engine): Engine => ({
    ...engine,
    tables: new Map(
      [...engine.tables].map(([name, table]) => {
        const servers = [...table.servers].map(([server, of]) => {
          const expecting = (writes: number): void =>
            void told.push(`${server}: ${writes}, holds ${serverOf(world, server).rows.length}`);
          return [server, { ...of, expect: expecting }] as const;
        });
        return [name, { ...table, servers: new Map(servers) }] as const;
      }),
    ),
  });
  await alone(world, (engine) => runOnce(listening(engine), never));
  expect(valuesOf(serverOf(world, 'branch'), 'a')).toEqual(valuesOf(serverOf(world, 'hq'), 'a'));
  return told;
}

test('a receiver is told how many rows the sender was found to hold while it has none of them', async () => {
  expect(await expectedWith(60)).toEqual(['branch: 60, holds 0']);
});

test('a few are not worth it', async () => {
  expect(await expectedWith(10)).toEqual([]);
});
