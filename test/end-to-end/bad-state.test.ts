import { writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { gated } from './support/gate.ts';
import { changed, offices, refusal } from './support/refusal.ts';
import { rows } from './support/rows.ts';
import { until } from './support/until.ts';

async function withState(): Promise<Bench> {
  const bench = await openBench({ offices });
  await bench.run();
  bench.resetCounters();
  bench.hq.edit('K-00001', { name: 'not to be carried' });
  return bench;
}

describe('a state that cannot be used ends with exit code 2, or 1 where waiting mends it:', () => {
  test('of a table by another key, with what it was and would be, and the way to have it', async () => {
    await using bench = await withState();
    const byName = changed(['tables', 'contacts', 'key'], 'name');
    const notesAlone = changed(['tables', 'contacts', 'fields'], ['notes']);
    await bench.configure((configuration) => byName(notesAlone(configuration)));
    const stderr = await refusal(bench, 2);
    expect(stderr).toContain('table contacts key was id, and the configuration says name');
    expect(stderr).toContain('give it another name in the configuration');
    // As it says: the table is met by the new key, and what was kept by the former is ended.
    await bench.configure((configuration) => {
      const { tables, ...rest } = byName(notesAlone(configuration));
      const [contacts] = Object.values({ ...Object(tables) });
      return { ...rest, tables: { people: contacts } };
    });
    await bench.run();
    expect(await bench.run()).toMatchObject({ exitCode: 0, halted: [] });
    const forgotten = await bench.command('forget', '--table', 'contacts', '--yes');
    expect([forgotten.code, forgotten.stdout]).toEqual([
      0,
      expect.stringContaining('forgotten: table contacts'),
    ]);
  });

  test('of a newer version', async () => {
    await using bench = await withState();
    using database = new DatabaseSync(bench.stateFile);
    database.exec('PRAGMA user_version = 99');
    const stderr = await refusal(bench, 2);
    expect(stderr).toContain('its format has version 99');
    expect(stderr).toContain('Use the version of ServerSync that wrote it');
  });

  test('that is no state at all', async () => {
    await using bench = await withState();
    await writeFile(bench.stateFile, 'Dear diary, '.repeat(500));
    expect(await refusal(bench, 2)).toContain('not a file of ServerSync, or damaged. Put a copy back');
  });

  test('that another process works with, which goes on undisturbed', async () => {
    const gate = gated();
    await using bench = await openBench({ offices: { hq: { rows: rows(0, 200) }, branch: gate.office } });
    const first = bench.start('run', '--once');
    await until(() => bench.branch.stats.requests.create > 0, first.ended);
    const { code, stdout, stderr } = await bench.command('run', '--once', '--json');
    expect(code).toBe(1);
    expect(stderr).toContain('another process works with the state in');
    expect(stderr).toContain('Wait until it has ended');
    expect(lastObject(stdout)).toMatchObject({ exitCode: 1, code: 'state-in-use' });
    gate.open();
    expect((await first.ended).code).toBe(0);
    expect(bench.branch.stats.writes).toBe(200);
  });
});
