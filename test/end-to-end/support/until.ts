import { setTimeout as sleep } from 'node:timers/promises';

/** So that a process that never brings it about is ended with its test. */
const mostMs = 45_000;

/** Waits for something that a process brings about; throws where it ended without. */
export async function until(isSo: () => boolean | Promise<boolean>, ended: Promise<unknown>): Promise<void> {
  let over = false;
  const note = (): void => {
    over = true;
  };
  ended.then(note, note);
  const giveUpAt = Date.now() + mostMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error('the process did not bring it about');
    if (over) throw new Error('the process ended before that');
    await sleep(2);
  }
}
