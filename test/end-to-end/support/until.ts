import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something that a process brings about; throws where it ended without. */
export async function until(isSo: () => boolean, ended: Promise<unknown>): Promise<void> {
  let over = false;
  const note = (): void => {
    over = true;
  };
  ended.then(note, note);
  while (!isSo()) {
    if (over) throw new Error('the process ended before that');
    await sleep(2);
  }
}
