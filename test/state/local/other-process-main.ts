/** Started by other-process.ts. */
import { openLocalState } from '../../../src/state/local/local-state.ts';
import { head, replica, batchRow, sending } from '../../contracts/samples.ts';

const [, , work, directory = ''] = process.argv;
const state = openLocalState({ directory, now: Date.now });

/** Longer than a page, so that a torn write would show. */
const value = 'x'.repeat(9000);

async function put(round: number): Promise<void> {
  const keys = Array.from({ length: 50 }, (_, at) => `${round} ${at}`);
  await state.records.putHeads(keys.map((key) => head(1, { key, createOnly: { value, end: key } })));
  await state.records.putReplicas(keys.map((key) => replica(1, { key })));
  const id = `row ${round}`;
  await state.control.putBatches([batchRow(id, { keys: keys.map((key) => ({ key, version: 1 })) })]);
  await state.control.appendSending(
    id,
    1,
    keys.map((key) => sending(id, key)),
  );
}

async function putForever(): Promise<never> {
  for (let round = 0; ; round++) {
    await put(round);
    process.stdout.write('put\n');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function hold(): Promise<void> {
  const slot = await state.sessions.take('hq', 1, 1000, 900);
  if (slot) await state.sessions.opened(slot, 'left by the dead', 1000);
  process.stdout.write('holding\n');
  setInterval(() => undefined, 60_000);
}

await (work === 'put' ? putForever() : hold());
