/** What lists show and count after a process died between two of its requests. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Control } from '../../../src/ports/control.ts';
import { batchRow, conflict, parkedRecord, sending } from '../../contracts/samples.ts';
import { diesAfter } from './dying.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

/** More than any of the works below sends. */
const requests = [0, 1, 2, 3, 4];

type Work = (control: Control) => Promise<unknown>;

/** The control of another process, after `before` was done and a process died in `work`. */
async function after(sent: number, before: Work, work: Work): Promise<Control> {
  const places = await newPlaces(emulators);
  const { control } = stateIn(emulators, places);
  await before(control);
  await diesAfter(sent, { emulators, places }, (state) => work(state.control));
  return control;
}

const park =
  (at: number): Work =>
  (control) =>
    control.park([parkedRecord('k1', { at })]);

const putConflict =
  (at: number): Work =>
  (control) =>
    control.putConflicts([conflict('c', { at })]);

const putRows: Work = (control) => control.putBatches([batchRow('a'), batchRow('b')]);

const counted = async (control: Control) => [await control.countParked(), await control.parkedByServer()];

test.each(requests)(
  'a record that was being parked anew by a process that died after %i requests is parked once, and none when it is taken out',
  async (sent) => {
    const control = await after(sent, park(1), park(2));
    expect(await counted(control)).toStrictEqual([1, new Map([['hq', 1]])]);
    await park(3)(control);
    expect(await counted(control)).toStrictEqual([1, new Map([['hq', 1]])]);
    expect(await control.parked(9)).toStrictEqual([parkedRecord('k1', { at: 3 })]);
    await control.unpark('contacts', 'hq', ['k1']);
    expect(await counted(control)).toStrictEqual([0, new Map()]);
    expect(await control.parked(9)).toStrictEqual([]);
  },
);

test.each(requests)(
  'a record that was being taken out by a process that died after %i requests is shown as often as it is counted',
  async (sent) => {
    const control = await after(
      sent,
      (before) => before.park([parkedRecord('k1')]),
      (dying) => dying.unpark('contacts', 'hq', ['k1']),
    );
    const among = await control.parkedAmong('contacts', 'hq', ['k1']);
    expect(await counted(control)).toStrictEqual([among.size, new Map([...among].map(() => ['hq', 1]))]);
    expect(await control.parked(9)).toStrictEqual([...among.values()]);
  },
);

test.each(requests)(
  'a conflict that was being put again by a process that died after %i requests is shown and counted once',
  async (sent) => {
    const control = await after(sent, putConflict(1), putConflict(2));
    expect(await control.countConflicts()).toBe(1);
    expect((await control.conflicts(9)).map(({ id }) => id)).toStrictEqual(['c']);
    await putConflict(3)(control);
    expect(await control.countConflicts()).toBe(1);
    expect(await control.conflicts(9)).toStrictEqual([conflict('c', { at: 3 })]);
  },
);

test.each(requests)(
  'rows that were being made by a process that died after %i requests, and put anew, are listed and counted once',
  async (sent) => {
    const control = await after(sent, () => Promise.resolve(), putRows);
    await putRows(control);
    expect((await control.openBatches('hq', 9)).map(({ id }) => id)).toStrictEqual(['a', 'b']);
    expect((await control.backlog()).get('hq')?.rows).toBe(2);
  },
);

test.each(requests)(
  'a row that was being closed by a process that died after %i requests announces as long as it is open, and is counted no longer once the rows were listed',
  async (sent) => {
    const control = await after(
      sent,
      async (before) => {
        await before.putBatches([batchRow('a')]);
        await before.appendSending('a', 1, [sending('a', 'k1')]);
      },
      (dying) => dying.close('a', 2),
    );
    const isOpen = (await control.batch('a')) !== undefined;
    expect((await control.sendingOf('contacts', 'hq', ['k1'])).size).toBe(isOpen ? 1 : 0);
    expect((await control.openBatches('hq', 9)).length).toBe(isOpen ? 1 : 0);
    expect((await control.backlog()).get('hq')?.rows).toBe(isOpen ? 1 : undefined);
  },
);

test('records that are parked and taken out by several at the same moments are shown as often as they are counted', async () => {
  const places = await newPlaces(emulators);
  const [one, other] = [stateIn(emulators, places).control, stateIn(emulators, places).control];
  const keys = Array.from({ length: 40 }, (_, at) => `k${at}`);
  await Promise.all(
    keys.flatMap((key, at) => [
      one.park([parkedRecord(key, { at })]),
      other.park([parkedRecord(key, { at: at + 1 })]),
      one.unpark('contacts', 'hq', [key]),
      other.park([parkedRecord(key, { at: at + 2 })]),
      other.unpark('contacts', 'hq', [key]),
    ]),
  );
  const shown = (await one.parked(1000)).map(({ key }) => key);
  expect(await one.countParked()).toBe(shown.length);
  expect(shown.toSorted()).toStrictEqual(
    [...(await one.parkedAmong('contacts', 'hq', keys)).keys()].toSorted(),
  );
  await one.unpark('contacts', 'hq', keys);
  expect(await counted(one)).toStrictEqual([0, new Map()]);
});

test('a key that is asked for twice is read once', async () => {
  const { control } = stateIn(emulators, await newPlaces(emulators));
  await park(1)(control);
  expect((await control.parkedAmong('contacts', 'hq', ['k1', 'k1'])).size).toBe(1);
});
