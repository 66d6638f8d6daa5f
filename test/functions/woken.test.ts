/** The reader that a hint starts, on time that passes at once. */
import { expect, test } from 'vitest';
import { hintsRestUntil, readWhatIsHinted, type WokenParts } from '../../functions/woken.ts';
import { failed, works } from '../../src/core/breaker.ts';
import { everyTable, type Wakes, type WakeState } from '../../src/ports/wakes.ts';

const never = new AbortController().signal;

/** As in DynamoDB: each call is whole. */
class Kept implements Wakes {
  state: WakeState = { rev: 0, done: 0, tables: new Map() };
  listening = 0;

  async hint(_server: string, table: string, at: number, until: number): Promise<'heard' | 'start'> {
    const rev = this.state.rev + 1;
    this.state = { ...this.state, rev, tables: new Map([...this.state.tables, [table, { rev, at }]]) };
    if (this.listening > at) return 'heard';
    this.listening = until;
    return 'start';
  }

  async wake(): Promise<WakeState> {
    return this.state;
  }

  async listen(_server: string, until: number): Promise<void> {
    this.listening = until;
  }

  async leave(_server: string, rev: number): Promise<boolean> {
    if (this.state.rev !== rev) return false;
    this.state = { ...this.state, done: rev };
    this.listening = 0;
    return true;
  }
}

type Played = {
  readonly readings: readonly (readonly string[])[];
  readonly starts: number;
  readonly wakes: Kept;
};

/** `during`: what happens while a reading goes on; gives how many changes it finds. */
async function played(
  hints: (wakes: Kept, now: number) => Promise<'heard' | 'start'>,
  during: (reading: number, hint: (table: string) => Promise<void>) => Promise<number> = async () => 1,
  more: Partial<WokenParts> = {},
): Promise<Played> {
  const wakes = new Kept();
  let now = 1_000_000;
  const readings: string[][] = [];
  let starts = (await hints(wakes, now)) === 'start' ? 1 : 0;
  const hint = async (table: string): Promise<void> => {
    if ((await wakes.hint('hq', table, now, now + 15_000)) === 'start') starts += 1;
  };
  await readWhatIsHinted('hq', {
    wakes,
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    read: async (tables, changed) => {
      readings.push(tables === 'all' ? ['all'] : [...tables]);
      now += 300;
      const changes = await during(readings.length, hint);
      for (let n = 0; n < changes; n += 1) changed();
      return 'done';
    },
    restsUntil: async () => 0,
    hasTime: () => now < 1_000_000 + 840_000,
    signal: never,
    ...more,
  });
  return { readings, starts, wakes };
}

const once = (wakes: Kept, now: number) => wakes.hint('hq', 'contacts', now, now + 15_000);

test('the table that was hinted at is read once, and then nobody listens', async () => {
  const { readings, wakes } = await played(once);
  expect(readings).toEqual([['contacts']]);
  expect([wakes.listening, wakes.state.done]).toEqual([0, 1]);
});

test('what is hinted at while it reads is read after it, and starts no other reader', async () => {
  const { readings, starts } = await played(once, async (reading, hint) => {
    if (reading === 1) for (const table of ['contacts', 'orders']) await hint(table);
    return 1;
  });
  expect(readings).toEqual([['contacts'], ['orders'], ['contacts']]);
  expect(starts).toBe(1);
});

test('hints that never end are a reading in half a minute, as long as it finds nothing new', async () => {
  const { readings, starts } = await played(once, async (_reading, hint) => {
    await hint('contacts');
    return 0;
  });
  expect(starts).toBe(1);
  expect(readings.length).toBeLessThan(36);
});

test('where another process reads the server it waits its turn', async () => {
  let asked = 0;
  const { readings } = await played(once, async () => 0, {
    read: async (_tables, changed) => {
      asked += 1;
      if (asked < 4) return 'busy';
      changed();
      return 'done';
    },
  });
  expect([asked, readings]).toEqual([4, []]);
});

test('where that one reads for longer, what was hinted at is read all the same', async () => {
  let asked = 0;
  const { wakes } = await played(once, async () => 0, {
    read: async () => {
      asked += 1;
      return asked < 100 ? 'busy' : 'done';
    },
  });
  expect([asked, wakes.state.done]).toEqual([100, 1]);
});

test('a tick of the schedule that came while it read has all tables read after it', async () => {
  const { readings, starts, wakes } = await played(once, async (reading, hint) => {
    if (reading === 1) await hint(everyTable);
    return 1;
  });
  expect(readings).toEqual([['contacts'], ['all']]);
  expect([starts, wakes.listening, wakes.state.done]).toEqual([1, 0, 2]);
});

test('after a reading the server rests for as long as it took, whichever table is hinted at meanwhile', async () => {
  let now = 1_000_000;
  const wakes = new Kept();
  const readings: (readonly [number, number])[] = [];
  await once(wakes, now);
  await readWhatIsHinted('hq', {
    wakes,
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    },
    read: async (_tables, changed) => {
      if (readings.length < 5) await wakes.hint('hq', `table${readings.length}`, now, now + 15_000);
      const begunAt = now;
      now += 2_000;
      readings.push([begunAt, now]);
      changed();
      return 'done';
    },
    restsUntil: async () => 0,
    hasTime: () => true,
    signal: never,
  });
  const rests = readings.slice(1).map(([begunAt], at) => begunAt - (readings[at]?.[1] ?? 0));
  expect(rests).toEqual([2_000, 2_000, 2_000, 2_000, 2_000]);
});

test('where its time is over it leaves, and the next hint starts another', async () => {
  const { wakes } = await played(once, async () => 1, { hasTime: () => false });
  expect(await wakes.hint('hq', 'contacts', 2_000_000, 2_015_000)).toBe('start');
});

test.each([
  ['for a minute at least', 0, 60_000],
  ['until it is tried again', 200_000, 200_000],
  ['for five minutes at the most, since it may be back', 2_000_000, 300_000],
])(
  'a server that cannot be read is left to the schedule: hints start no other reader %s',
  async (_name, restMs, ms) => {
    let asked = 0;
    const { wakes } = await played(once, async () => 0, {
      read: async () => {
        asked += 1;
        return 'failed';
      },
      restsUntil: async () => 1_000_200 + restMs,
    });
    expect([asked, wakes.listening]).toEqual([1, 1_000_200 + ms]);
  },
);

test('a server that refused the account rests longer', () => {
  const of = { server: 'hq', task: 'reading' } as const;
  const refused = failed(undefined, { ...of, code: 'account-refused' }, 0);
  const away = failed(undefined, { ...of, code: 'unreachable' }, 0);
  expect([undefined, works(away, 5), away, refused].map(hintsRestUntil)).toEqual([0, 0, 60_000, 660_000]);
});
