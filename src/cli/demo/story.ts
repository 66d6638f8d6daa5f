/** What people do on the two servers of the demo, and what to look at afterwards. */
import type { Offices } from './offices.ts';
import { table } from './offices.ts';
import type { PracticeRecord, PracticeServer } from './practice-server.ts';

export type Question = {
  readonly what: string;
  readonly ask: (offices: Offices) => Promise<{ readonly hq: string; readonly branch: string }>;
};

export type Story = { readonly told: readonly string[]; readonly questions: readonly Question[] };

/** Longer than the two clocks are uncertain, so that it can be known which edit was later. */
const betweenEditsMs = 3000;

export async function editBothSides(
  { hq, branch }: Offices,
  wait: (ms: number) => Promise<unknown>,
): Promise<Story> {
  const [merged, contested, ...others] = (await hq.records(table)).slice(100, 104);
  if (merged === undefined || contested === undefined) throw new Error('the demo has too few cities');
  const [mergedName, contestedName] = [nameOf(merged), nameOf(contested)];
  for (const record of others) await edit(hq, record, { population: '123456' });
  await edit(hq, merged, { name: `${mergedName} (renamed at hq)` });
  await edit(branch, merged, { population: '424242' });
  await edit(branch, contested, { admin_code: 'BRANCH' });
  await wait(betweenEditsMs);
  await edit(hq, contested, { admin_code: 'HQ' });
  await hq.create(table, { id: 'DEMO-1', name: 'Nový Začátek', country: 'CZ', population: '1' });
  await branch.create(table, { id: 'DEMO-2', name: 'São Recomeço', country: 'BR', population: '2' });
  return {
    told: [
      `hq changes the population of ${others.length} cities`,
      `${mergedName}: hq changes its name, branch its population`,
      '    (two fields of one record)',
      `${contestedName}: branch sets its admin code to BRANCH,`,
      '    hq 3 seconds later to HQ (a conflict);',
      '    by their clocks branch would be later',
      'each side adds a city',
    ],
    questions: [
      about(`${mergedName}, name`, merged, 'name'),
      about(`${mergedName}, population`, merged, 'population'),
      about(`${contestedName}, admin code`, contested, 'admin_code'),
      about('the city added at hq', 'DEMO-1', 'name'),
      about('the city added at branch', 'DEMO-2', 'name'),
    ],
  };
}

/** Keys of records that are not the same on both, in any field that is synced. */
export async function differences({ hq, branch }: Offices): Promise<readonly string[]> {
  const [here, there] = [byKey(await hq.records(table)), byKey(await branch.records(table))];
  const keys = new Set([...here.keys(), ...there.keys()]);
  return [...keys].filter((key) => here.get(key) !== there.get(key));
}

function byKey(records: readonly PracticeRecord[]): ReadonlyMap<string, string> {
  return new Map(
    records.map(({ values: { modified_at: _stamp, ...values } }) => [
      values['id'] ?? '',
      JSON.stringify(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
}

const nameOf = (record: PracticeRecord): string => record.values['name'] ?? '';
const keyOf = (record: PracticeRecord | string): string =>
  typeof record === 'string' ? record : (record.values['id'] ?? '');

async function edit(
  server: PracticeServer,
  record: PracticeRecord,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const there = await find(server, keyOf(record));
  if (there === undefined) throw new Error(`${nameOf(record)} is missing after the first sync`);
  await server.update(table, there.recordId, values);
}

async function find(server: PracticeServer, key: string): Promise<PracticeRecord | undefined> {
  return (await server.records(table)).find((record) => keyOf(record) === key);
}

const about = (what: string, record: PracticeRecord | string, field: string): Question => ({
  what,
  ask: async ({ hq, branch }) => {
    const [here, there] = await Promise.all([find(hq, keyOf(record)), find(branch, keyOf(record))]);
    return { hq: here?.values[field] ?? '(missing)', branch: there?.values[field] ?? '(missing)' };
  },
});
