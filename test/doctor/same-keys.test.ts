/** Keys that were made in each file by itself, as doctor sees them: a first run would make every record twice. */
import { expect, test } from 'vitest';
import { findingsBetween } from '../../src/doctor/between.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { insideAnswer, insideAnswerSchema } from '../../src/doctor/inside-answer.ts';
import { lookAtServer } from '../../src/doctor/look-at-server.ts';
import { account, type Row } from '../end-to-end/support/office.ts';
import { type Clinic, type ClinicOptions, fieldsWith, openClinic, shown } from './support/clinic.ts';

/** `names`: numbers of the contacts, in order of creation; `maker`: of the keys. */
const rows = (maker: string, names: readonly number[]): readonly Row[] =>
  names.map((number) => ({
    id: `${maker}-${number}`,
    name: `Secret Person ${number}`,
    notes: 'same for all',
  }));
const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

type Files = Readonly<Record<string, readonly Row[]>>;

function clinicOf(files: Files, links: ClinicOptions['links'] = {}): Promise<Clinic> {
  const fields = fieldsWith({ name: 'id', type: 'text' });
  const offices = Object.entries(files).map(([name, of]) => [name, { fields, rows: of }]);
  return openClinic({ offices: Object.fromEntries(offices), links });
}

async function findingsOf(...of: Parameters<typeof clinicOf>): Promise<readonly Finding[]> {
  await using clinic = await clinicOf(...of);
  return (await clinic.look()).filter(({ check }) => check === 'same-keys');
}

const sixty = range(0, 60);

test('copies of the same records with keys of their own are a warning that shows nothing of them', async () => {
  const findings = await findingsOf({ hq: rows('a', sixty), branch: rows('b', sixty) });
  expect(shown(findings)).toEqual([
    'warning same-keys: of all 60 records of hq and 60 of branch, none has its key on both; 60 with different keys have the same name: it looks as if each file had made its keys by itself, and a first run would double each record',
  ]);
  expect(findings[0]).toMatchObject({
    table: 'contacts',
    remedy: expect.stringContaining('docs/prepare-filemaker.md'),
    figures: { looked: 60, lookedThere: 60, sameKey: 0, alike: 60 },
  });
  expect(JSON.stringify(findings)).not.toMatch(/Secret|a-1/i);
});

const both = rows('a', sixty);
const numbered = (maker: string): readonly Row[] =>
  sixty.map((number) => ({
    id: `${maker}-${number}`,
    amount: number,
    opens: '08:00:00',
    born: '01/02/2003',
  }));
const large = range(0, 900);

test.each<[string, Files, string]>([
  [
    'some records with shared keys beside most that have none',
    {
      hq: [...rows('new', range(60, 70)), ...both],
      branch: [...rows('new', range(60, 70)), ...rows('b', sixty)],
    },
    'warning same-keys: of all 70 records of hq and 70 of branch, 10 have their key on both; 60 with different keys have the same name: it looks',
  ],
  [
    'records without a text that tells them apart, the same in all fields together',
    { hq: numbered('a'), branch: numbered('b') },
    'warning same-keys: of all 60 records of hq and 60 of branch, none has its key on both; 60 with different keys have the same values: it looks',
  ],
  [
    'samples of large files in the same order',
    { hq: rows('a', large), branch: rows('b', large) },
    'warning same-keys: of 200 records looked at on hq and 200 on branch, none has its key on both; 200 with different keys have the same name: it looks',
  ],
  [
    'the same keys, though values differ',
    { hq: both, branch: both.map((row) => ({ ...row, name: `${row['name']} II` })) },
    'ok same-keys: of all 60 records of hq and 60 of branch, 60 have their key on both',
  ],
  [
    'the same keys and a few people of one name',
    { hq: [...both, ...rows('c', [70, 71, 72])], branch: [...both, ...rows('d', [70, 71, 72])] },
    'ok same-keys: of all 63 records of hq and 63 of branch, 60 have their key on both; 3 with different keys have the same name',
  ],
  [
    'files that hold different records',
    { hq: both, branch: rows('b', range(100, 160)) },
    'ok same-keys: of all 60 records of hq and 60 of branch, none has its key on both',
  ],
  ['a file that is still empty', { hq: both, branch: [] }, 'ok same-keys: branch shows no record to compare'],
  [
    'large files in another order, whose samples do not meet',
    { hq: rows('a', large), branch: rows('a', [...range(300, 900), ...range(0, 300)]) },
    'unproven same-keys: whether the same records have the same keys: of 200 records looked at on hq and 200 on branch, none has its key on both; it is only a sample',
  ],
])('%s is told as that', async (_, files, text) => {
  const said = shown(await findingsOf(files));
  expect(said).toHaveLength(1);
  expect(said[0]?.slice(0, text.length)).toBe(text);
});

test('servers that only receive are not compared with each other, and of many pairs that are right one line tells', async () => {
  const said = await findingsOf(
    { hq: [], branch: both, depot: rows('b', sixty) },
    { hq: { role: 'send' }, branch: { role: 'receive' }, depot: { role: 'receive' } },
  );
  expect(shown(said)).toEqual([
    'ok same-keys: no two servers hold the same records under different keys, as far as records were looked at (hq, branch, depot)',
  ]);
});

test('looks that a stack sent as text are compared all the same, and hold no key and no value', async () => {
  await using clinic = await clinicOf({ hq: both, branch: rows('b', sixty) });
  const { configuration, clock } = clinic;
  const sent = await Promise.all(
    configuration.servers.map(async (server) => {
      const address = {
        name: server.name,
        url: server.url,
        clock,
        random: () => 0.5,
        retry: { attempts: 2 },
      };
      const as = { username: account.name, password: account.password };
      const of = { configuration, server, tables: configuration.tables, address, account: as, clock };
      const look = await lookAtServer({ ...of, writeProbe: false }, new AbortController().signal);
      return JSON.stringify(insideAnswer(configuration, look));
    }),
  );
  expect(sent.join('\n')).not.toMatch(/secret|same for all|"[ab]-\d+"/i);
  const looks = sent.map((text) => insideAnswerSchema.parse(JSON.parse(text)).look);
  const found = await findingsBetween(configuration, looks);
  expect(found.filter(({ check }) => check === 'same-keys')).toMatchObject([
    { status: 'warning', figures: { sameKey: 0, alike: 60 } },
  ]);
});
