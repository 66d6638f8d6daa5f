/**
 * A file that cannot be taken from its server: the record is parked there, all else in it goes on both ways, and the file itself is
 * neither lost nor taken for something else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import type { OfficeOptions } from './support/office.ts';
import { fileAt, fileOn, pictureFields, withPictures } from './support/pictures.ts';
import { rows } from './support/rows.ts';

type Role = 'both' | 'receive';

const key = 'K-00001';

async function opened(
  role: Role,
  fieldsOfBranch = pictureFields,
  others: Readonly<Record<string, OfficeOptions>> = {},
): Promise<Bench> {
  const bench = await openBench({
    offices: {
      hq: { fields: pictureFields, rows: rows(0, 2) },
      branch: { fields: fieldsOfBranch },
      ...others,
    },
    table: withPictures,
    links: { branch: { role } },
    settings: { lateWriteMs: 300, retryAfterMs: 100 },
  });
  await withLimit(bench, '1 MB');
  await bench.run();
  return bench;
}

const withLimit = (bench: Bench, limit: string): Promise<void> =>
  bench.configure((one) => ({ ...one, containers: { limit }, schedule: { settle: '0 seconds' } }));

/** That server makes names upper case. */
const shouting = pictureFields.map((field) =>
  field.name === 'name' ? { ...field, autoEnter: 'upperCase' as const } : field,
);

const withoutBranch = (name: string, value: unknown): unknown => (name === 'branch' ? undefined : value);

const small = (bench: Bench, office: 'hq' | 'branch', name: string, seed: number): string =>
  fileOn(bench[office], name, 3_000 + seed, seed);

const tooLarge = (bench: Bench, office: 'hq' | 'branch' = 'branch'): string =>
  fileOn(bench[office], 'large.png', 1_200_000, 7);

const nameOf = async (bench: Bench, office: 'hq' | 'branch', field = 'picture') =>
  (await fileAt(bench[office], key, field))?.name;

const codes = async (bench: Bench): Promise<readonly string[]> =>
  (await bench.status()).parkedRecords.map(({ server, code }) => `${server} ${code}`);

test.each(['both', 'receive'] as const)(
  'verify tells a file that went nowhere, and why, until it is there (%s)',
  async (role) => {
    await using bench = await opened(role);
    bench.branch.edit(key, { picture: tooLarge(bench) });
    // So that a server that only receives is met, too.
    bench.hq.edit(key, { name: 'edited' });
    await bench.run();
    await bench.run();
    const { code, stdout } = await bench.command('verify');
    expect([code, bench.hq.value(key, 'picture')]).toEqual([1, '']);
    expect(stdout).toContain('file-too-large');
    expect(stdout).toContain('1 finding');
    expect(bench.branch.stats.requests.upload).toBe(0);
    await withLimit(bench, '2 MB');
    await bench.command('parked', 'retry');
    await bench.run();
    await bench.run();
    expect((await bench.command('verify')).code).toBe(0);
  },
);

test('on a server that only receives, other fields and files come all the same, and its own file stays until it can be kept', async () => {
  await using bench = await opened('receive');
  bench.branch.edit(key, { picture: tooLarge(bench) });
  bench.hq.edit(key, {
    name: 'edited at hq',
    picture: small(bench, 'hq', 'hq.png', 1),
    plan: small(bench, 'hq', 'plan.png', 2),
  });
  for (const run of [await bench.run(), await bench.run()])
    expect([run.parked, run.exitCode]).toEqual([1, 1]);
  expect(await codes(bench)).toEqual(['branch file-too-large']);
  expect(bench.branch.value(key, 'name')).toBe('edited at hq');
  expect([await nameOf(bench, 'branch'), await nameOf(bench, 'branch', 'plan')]).toEqual([
    'large.png',
    'plan.png',
  ]);
  bench.hq.edit(key, { name: 'again' });
  await bench.run();
  expect(bench.branch.value(key, 'name')).toBe('again');
  await withLimit(bench, '2 MB');
  const { parked, exitCode } = await bench.run();
  expect([parked, exitCode]).toEqual([0, 0]);
  expect([await nameOf(bench, 'hq'), await nameOf(bench, 'branch')]).toEqual(['hq.png', 'hq.png']);
  expect((await bench.command('conflicts list')).stdout).toContain('large.png, 1.2 MB');
});

test('on a server that sends, what else its users change goes to the others, and theirs come', async () => {
  await using bench = await opened('both');
  bench.branch.edit(key, { picture: tooLarge(bench), notes: 'of branch' });
  bench.hq.edit(key, { name: 'edited at hq', plan: small(bench, 'hq', 'plan.png', 2) });
  await bench.run();
  expect([await codes(bench), bench.hq.value(key, 'notes'), bench.branch.value(key, 'name')]).toEqual([
    ['branch file-too-large'],
    'of branch',
    'edited at hq',
  ]);
  expect([await nameOf(bench, 'branch', 'plan'), await nameOf(bench, 'hq')]).toEqual(['plan.png', undefined]);
  bench.resetCounters();
  expect((await bench.run()).parked).toBe(1);
  expect([bench.hq.stats.writes, bench.branch.stats.writes]).toEqual([0, 0]);
  await withLimit(bench, '2 MB');
  const { parked, exitCode, conflicts } = await bench.run();
  expect([parked, exitCode, conflicts, await nameOf(bench, 'hq')]).toEqual([0, 0, 0, 'large.png']);
});

test('R4: a file that could not be taken meets a later one of another server as a conflict once it can, and loses; it is kept', async () => {
  await using bench = await opened('both');
  bench.hq.edit(key, { picture: tooLarge(bench, 'hq') });
  await bench.run();
  // More than a second of the stamps, and what the clocks of the offices are known to be off.
  await sleep(4_000);
  bench.branch.edit(key, { picture: small(bench, 'branch', 'later.png', 1), name: 'with a picture' });
  await bench.run();
  expect([bench.hq.value(key, 'name'), await nameOf(bench, 'hq')]).toEqual(['with a picture', 'large.png']);
  await withLimit(bench, '2 MB');
  const { parked, conflicts } = await bench.run();
  expect([parked, conflicts]).toEqual([0, 1]);
  expect([await nameOf(bench, 'hq'), await nameOf(bench, 'branch')]).toEqual(['later.png', 'later.png']);
  expect((await bench.command('conflicts list')).stdout).toContain('large.png, 1.2 MB');
});

test('a record with a file that could not be taken is not removed for a delete elsewhere, and comes back with it', async () => {
  await using bench = await opened('both');
  bench.branch.edit(key, { picture: tooLarge(bench) });
  await bench.run();
  bench.hq.delete(key);
  await bench.command('sweep');
  await bench.command('sweep');
  const { parked } = await bench.run();
  expect([parked, bench.hq.byKey.has(key), await nameOf(bench, 'branch')]).toEqual([1, false, 'large.png']);
  bench.branch.edit(key, { picture: small(bench, 'branch', 'small.png', 3) });
  await bench.run();
  expect([await nameOf(bench, 'hq'), await codes(bench)]).toEqual(['small.png', []]);
});

test('what a server refuses besides is told once the file is there, and that the file lacks is not forgotten for it', async () => {
  await using bench = await opened('both');
  bench.branch.edit(key, { picture: tooLarge(bench) });
  await bench.run();
  bench.branch.control.addTrouble({ effect: { kind: 'error', code: '509' }, on: ['update'] });
  bench.hq.edit(key, { name: 'refused' });
  await bench.run();
  expect(await codes(bench)).toEqual(['branch file-too-large']);
  bench.branch.control.removeTrouble();
  await bench.run();
  expect([await codes(bench), bench.branch.value(key, 'name')]).toEqual([
    ['branch file-too-large'],
    'refused',
  ]);
});

test('R4: a file of ours whose answer was lost, and that cannot be read then, is no edit of that server', async () => {
  await using bench = await opened('both');
  bench.hq.edit(key, { picture: small(bench, 'hq', 'first.png', 1) });
  bench.branch.control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['upload'], next: 1 });
  bench.branch.control.addTrouble({ effect: { kind: 'html', status: 404 }, on: ['download'] });
  await bench.run();
  bench.hq.edit(key, { picture: small(bench, 'hq', 'second.png', 2) });
  bench.branch.control.removeTrouble();
  await bench.run();
  const { parked, conflicts, exitCode } = await bench.run();
  expect([parked, conflicts, exitCode, await nameOf(bench, 'hq'), await nameOf(bench, 'branch')]).toEqual([
    0,
    0,
    0,
    'second.png',
    'second.png',
  ]);
  expect((await bench.command('conflicts list')).stdout).not.toContain('.png');
});

test('R2: where the server rewrites another field of the same record meanwhile, a file that can be read by then is an edit', async () => {
  await using bench = await opened('both', shouting);
  bench.branch.control.addTrouble({ effect: { kind: 'html', status: 404 }, on: ['download'] });
  bench.branch.edit(key, { picture: small(bench, 'branch', 'of branch.png', 5) });
  await bench.run();
  bench.branch.control.removeTrouble();
  bench.hq.edit(key, { name: 'edited at hq' });
  await bench.run();
  const { parked, exitCode } = await bench.run();
  expect([parked, exitCode, await nameOf(bench, 'hq'), await nameOf(bench, 'branch')]).toEqual([
    0,
    0,
    'of branch.png',
    'of branch.png',
  ]);
  expect([bench.branch.value(key, 'name'), bench.hq.value(key, 'name')]).toEqual([
    'EDITED AT HQ',
    'edited at hq',
  ]);
});

test('R5: on a server that only receives and rewrites another field meanwhile, its own file is kept with the conflicts', async () => {
  await using bench = await opened('receive', shouting);
  bench.branch.edit(key, { picture: tooLarge(bench) });
  bench.hq.edit(key, { name: 'edited at hq', picture: small(bench, 'hq', 'hq.png', 1) });
  await bench.run();
  bench.hq.edit(key, { name: 'again' });
  await withLimit(bench, '2 MB');
  await bench.run();
  const { parked } = await bench.run();
  expect([parked, await nameOf(bench, 'branch')]).toEqual([0, 'hq.png']);
  expect((await bench.command('conflicts list')).stdout).toContain('large.png, 1.2 MB');
});

test('R2: of a server that leaves the table and comes back such a record is parked again, and goes on once its file can be read', async () => {
  await using bench = await opened('both', pictureFields, { third: { fields: pictureFields } });
  bench.branch.edit(key, { picture: tooLarge(bench) });
  await bench.run();
  const tables: unknown = JSON.parse(JSON.stringify(bench.configuration['tables'], withoutBranch));
  await bench.configure((one) => ({ ...one, tables }));
  await bench.run();
  expect(await codes(bench)).toEqual([]);
  await withLimit(bench, '1 MB');
  expect([(await bench.run()).parked, await codes(bench)]).toEqual([1, ['branch file-too-large']]);
  await withLimit(bench, '2 MB');
  expect([(await bench.run()).parked, await nameOf(bench, 'hq')]).toEqual([0, 'large.png']);
});
