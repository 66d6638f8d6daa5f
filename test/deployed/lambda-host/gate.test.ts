import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

const failing = async (): Promise<void> => {
  throw new Error('no');
};

test('quiet waits for what has passed, and what comes meanwhile waits for quiet', async () => {
  const gate = new Gate();
  const happened: string[] = [];
  const work = (name: string, ms: number) => async () => {
    happened.push(`${name} begins`);
    await sleep(ms);
    happened.push(`${name} ends`);
  };
  const first = gate.pass(work('first', 20));
  const quiet = gate.quiet(work('quiet', 20));
  const second = gate.pass(work('second', 0));
  await Promise.all([first, quiet, second]);
  expect(happened).toEqual([
    'first begins',
    'first ends',
    'quiet begins',
    'quiet ends',
    'second begins',
    'second ends',
  ]);
});

test('what is part of work that has passed joins it, and does not wait for quiet', async () => {
  const gate = new Gate();
  const outer = gate.pass(async () => {
    await sleep(10);
    return gate.join(async () => 'joined');
  });
  await gate.quiet(async () => undefined);
  expect(await outer).toBe('joined');
});

test('work that fails leaves the gate as it was', async () => {
  const gate = new Gate();
  await expect(gate.pass(failing)).rejects.toThrow('no');
  await expect(gate.quiet(failing)).rejects.toThrow('no');
  expect(await gate.pass(async () => 'open')).toBe('open');
});
