/**
 * Pictures that are put, replaced and taken away at random on three servers, one of them over OData, while transfers break off and answers
 * are lost: in the end all hold the same, which somebody put there, and sync stops by itself (R6).
 *
 *   SERVERSYNC_SEED=7,8 npx vitest run test/end-to-end/containers-at-random.test.ts     those courses again
 */
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/simulator/seeded-random.ts';
import type { Trouble } from '../../src/simulator/troubles.ts';
import { type Bench, openBench } from './support/bench.ts';
import type { Office } from './support/office.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

const given = process.env['SERVERSYNC_SEED'];
const seeds = given === undefined ? [2] : given.split(',').map(Number);
const keys = ['K-00000', 'K-00001'];
const steps = 14;

const troubles: readonly Trouble[] = [
  { effect: { kind: 'truncate' }, on: ['download'], next: 1 },
  { effect: { kind: 'cutUpload', afterBytes: 20_000 }, next: 1 },
  { effect: { kind: 'resetAfter' }, on: ['upload'], next: 1 },
  { effect: { kind: 'resetAfter' }, on: ['update'], next: 1 },
  { effect: { kind: 'html', status: 404 }, on: ['download'], next: 1 },
  { effect: { kind: 'error', code: '301' }, on: ['upload'], next: 1 },
  { effect: { kind: 'resetBefore' }, on: ['read'], next: 1 },
];

const opened = (): Promise<Bench> =>
  openBench({
    offices: {
      hq: { fields: pictureFields, rows: rows(0, 2) },
      branch: { fields: pictureFields, containers: { names: false, ranges: false } },
      shop: { fields: pictureFields },
    },
    servers: { shop: { api: 'odata' } },
    links: { shop: { table: 'Contacts', layout: undefined } },
    table: withPictures,
    settings: { lateWriteMs: 300, retryAfterMs: 100 },
  });

/** Hash of what each record holds, on each server. */
const heldOn = (office: Office): Promise<readonly unknown[]> =>
  Promise.all(
    keys.flatMap((key) =>
      ['picture', 'plan'].map(async (field) => [
        key,
        field,
        (await fileAt(office, key, field))?.sha256 ?? '',
      ]),
    ),
  );

test.each(seeds)(
  'R6: pictures come to be the same everywhere, and then nothing is written: seed %i',
  async (seed) => {
    await using bench = await opened();
    await bench.run();
    const random = seededRandom(seed);
    const pick = <One>(of: readonly One[]): One => {
      const one = of[Math.floor(random() * of.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    };
    const offices = [...bench.offices.values()];
    const put = new Map<string, string>();
    for (let step = 0; step < steps; step += 1) {
      const office = pick(offices);
      const [key, field] = [pick(keys), pick(['picture', 'plan'])];
      if (random() < 0.2) office.edit(key, { [field]: '' });
      else if (random() < 0.25) office.edit(key, { name: `name ${step}` });
      else {
        const value = fileOn(office, `file ${step}.png`, 60_000 + step, seed * 100 + step);
        office.edit(key, { [field]: value });
        put.set((await office.control.file(value))?.sha256 ?? '', `${key} ${field}`);
      }
      if (random() < 0.5) pick(offices).control.addTrouble(pick(troubles));
      if (random() < 0.5) await bench.run();
    }
    for (const office of offices) office.control.removeTrouble();
    for (let times = 0; times < 4; times += 1) await bench.run();
    const held = await heldOn(bench.hq);
    for (const office of offices) expect(await heldOn(office)).toEqual(held);
    bench.resetCounters();
    const last = await bench.run();
    expect([last.exitCode, last.pending, last.parked]).toEqual([0, 0, 0]);
    expect(offices.map(({ stats }) => stats.writes)).toEqual([0, 0, 0]);
    const kept = new Set(held.flat().filter((one) => typeof one === 'string' && one.length === 64));
    expect([...kept].every((sha256) => put.has(String(sha256)))).toBe(true);
  },
);
