/** Whatever people get wrong: told where it is and what would be right, by the exit code too, without a stack. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { beginningCases } from './wrong-inputs/beginning.ts';
import { configurationCases, type Wrong } from './wrong-inputs/cases.ts';
import { commandCases } from './wrong-inputs/commands.ts';
import { type Desk, openDesk, say, secrets } from './wrong-inputs/desk.ts';
import { serverCases } from './wrong-inputs/servers.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.begin());

const cases: Readonly<Record<string, readonly Wrong[]>> = {
  'in the configuration': configurationCases,
  'on a server': serverCases,
  'in a command': commandCases,
  'on the first day': beginningCases,
};

async function expectTold({ spoil, line = 'run --once', code = 2, place, remedy }: Wrong): Promise<void> {
  await spoil?.(desk);
  const { writes } = desk;
  const said = await say((typeof line === 'string' ? line : line(desk)).split(' '));
  expect(said).toEqual({ code, text: expect.toSatisfy(tells(place)) });
  expect(said).toEqual({ code, text: expect.toSatisfy(tells(remedy)) });
  expect(said.text).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
  expect(said.text).not.toContain('this should not happen');
  for (const secret of secrets) expect(said.text).not.toContain(secret);
  expect(desk.writes).toBe(writes);
}

const tells =
  (what: string | RegExp) =>
  (text: string): boolean =>
    typeof what === 'string' ? text.includes(what) : what.test(text);

describe.each(Object.entries(cases))('told with its place and its remedy, %s:', (_where, wrongs) => {
  test.each(wrongs)('$name', expectTold);
});

test('nothing is wrong on a desk that nobody spoiled', async () => {
  expect(await say(['run', '--once'])).toMatchObject({ code: 0 });
});
