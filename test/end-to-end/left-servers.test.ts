/** An office closes: it is taken out of the configuration, kept for its return, and in the end forgotten. */
import { expect, test } from 'vitest';
import { type Bench, openBench } from './support/bench.ts';
import { lastObject } from './support/command-line.ts';
import { changed } from './support/refusal.ts';
import { rows } from './support/rows.ts';

const withoutShop = changed(['servers', 'shop'], undefined);
const shopLinkLess = changed(['tables', 'contacts', 'servers', 'shop'], undefined);

async function threeOffices(): Promise<Bench> {
  const bench = await openBench({ offices: { hq: { rows: rows(0, 30) }, branch: {}, shop: {} } });
  await bench.run();
  await bench.run();
  bench.resetCounters();
  return bench;
}

const takeOutShop = (bench: Bench): Promise<void> =>
  bench.configure((configuration) => withoutShop(shopLinkLess(configuration)));

test('an office that is taken out is asked for nothing, waits in no list, and is named as kept', async () => {
  await using bench = await threeOffices();
  bench.hq.edit('K-00001', { name: 'waits for shop' });
  await bench.office('shop').close();
  expect((await bench.run()).exitCode).toBe(3);
  await takeOutShop(bench);
  const report = await bench.run();
  expect(report).toMatchObject({ exitCode: 0, pending: 0, parked: 0 });
  const { lines, exitCode } = await bench.status();
  expect(exitCode).toBe(0);
  expect(lines.join(' ')).toContain('not in the configuration any more: contacts on shop.');
});

test('what is in the configuration is not forgotten, nor is what nothing is kept of; each says the way', async () => {
  await using bench = await threeOffices();
  const refused = await bench.command('forget', '--server', 'shop', '--yes');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('server shop is in the configuration');
  await takeOutShop(bench);
  const unknown = await bench.command('forget', '--server', 'kiosk', '--yes');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('nothing is kept of server kiosk. What is: contacts on shop');
  const unasked = await bench.command('forget', '--server', 'shop');
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain('say --yes');
});

test('the name of a forgotten office may be given to another one, whose rows have the same record ids', async () => {
  await using bench = await threeOffices();
  const shop = bench.office('shop');
  const inOrder = shop.records.toSorted((a, b) => a.recordId - b.recordId).map(({ values }) => values['id']);
  for (const name of ['once', 'twice']) shop.edit('K-00001', { name });
  await bench.run();
  await takeOutShop(bench);
  await bench.run();
  const { code, stdout } = await bench.command('forget', '--server', 'shop', '--yes', '--json');
  expect(code).toBe(0);
  expect(lastObject(stdout)).toMatchObject({
    server: 'shop',
    places: [{ table: 'contacts', server: 'shop', records: 30 }],
  });
  // Another file with the same records under the same recordIds, at a lower modId than was known of one.
  const sameOrder = inOrder.map((key) => rows(0, 30).find(({ id }) => id === key) ?? {});
  await using other = await openBench({ offices: { shop: { rows: [...sameOrder, ...rows(100, 130)] } } });
  const newShop = other.office('shop');
  newShop.edit('K-00001', { name: 'of the new shop' });
  await bench.configure(changed(['servers', 'shop', 'url'], newShop.url));
  for (let run = 0; run < 2; run += 1) expect(await bench.run()).toMatchObject({ halted: [] });
  for (const office of [bench.hq, newShop]) {
    expect(office.records).toHaveLength(60);
    expect(office.value('K-00001', 'name')).toBe('of the new shop');
  }
});

test('a table that is forgotten is met anew when it comes back', async () => {
  await using bench = await threeOffices();
  await bench.configure(({ tables, ...rest }) => {
    const [contacts] = Object.values({ ...Object(tables) });
    return { ...rest, tables: { people: contacts } };
  });
  const ended = await bench.command('forget', '--table', 'contacts', '--yes');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('forgotten: table contacts, with 30 records');
  expect(await bench.run()).toMatchObject({ exitCode: 0, conflicts: 0, halted: [] });
  for (const office of bench.offices.values()) expect(office.stats.writes).toBe(0);
});
