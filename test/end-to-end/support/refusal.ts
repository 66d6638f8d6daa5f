/** A run that has to be refused: the configuration made wrong, and what holds for every refusal. */
import { expect } from 'vitest';
import { Document } from 'yaml';
import type { Bench, Plain } from './bench.ts';
import { type Ended, lastObject } from './command-line.ts';
import { account } from './office.ts';
import { rows } from './rows.ts';

export type Path = readonly (string | number)[];

/** The configuration with another value at the path; undefined takes it out. */
export const changed =
  (path: Path, value: unknown) =>
  (configuration: Plain): Plain => {
    const document = new Document(configuration);
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
    return document.toJS();
  };

export const offices = { hq: { rows: rows(0, 5) }, branch: { rows: rows(3, 8) } };

/** Nothing was written anywhere, nothing that is nobody's business was shown, and a script can read what happened. */
export function expectRefused(bench: Bench, { code, stdout, stderr }: Ended, exitCode: number): void {
  expect({ code, stderr }).toEqual({ code: exitCode, stderr: expect.stringMatching(/\S/) });
  for (const { stats } of bench.offices.values()) expect(stats).toMatchObject({ writes: 0, openSessions: 0 });
  const shown = stdout + stderr;
  const basic = Buffer.from(`${account.name}:${account.password}`).toString('base64');
  for (const secret of [account.password, basic, 'contact 4', 'note 4']) expect(shown).not.toContain(secret);
  // A token of the simulator, and a stack.
  expect(shown).not.toMatch(/[0-9a-f]{40}/i);
  expect(shown).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(lastObject(stdout)).toMatchObject({
    exitCode,
    code: expect.any(String),
    message: expect.any(String),
  });
}

/** What `run --once` says on stderr when it refuses. */
export async function refusal(bench: Bench, exitCode: number): Promise<string> {
  const ended = await bench.command('run', '--once', '--json');
  expectRefused(bench, ended, exitCode);
  return ended.stderr;
}
