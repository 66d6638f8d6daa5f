import { clarisDefaultFields } from '../../src/simulator/practice.ts';
import type { FieldDescription, StoredRecord, Values } from '../../src/simulator/description.ts';
import { account, type Office, table } from '../end-to-end/support/office.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { minute, tick } from './support/spans.ts';

const own: readonly FieldDescription[] = [
  { name: 'name', type: 'text' },
  { name: 'notes', type: 'text' },
];
const fields = [...clarisDefaultFields, ...own];
/** Before 21.1 nobody may give a key that prohibits it: the README says to leave that option out there. */
const fieldsBefore21 = fields.map((field) =>
  field.name === 'PrimaryKey' ? { ...field, prohibitModification: false } : field,
);

const audits = ['CreationTimestamp', 'CreatedBy', 'ModificationTimestamp', 'ModifiedBy'];
const auditOf = (values: Values): readonly (string | undefined)[] => audits.map((field) => values[field]);

const recordOf = (office: Office, key: string): StoredRecord | undefined =>
  office.records.find(({ values }) => values['PrimaryKey'] === key);

export const clarisDefaults: Scenario = {
  id: 'S24',
  trouble: "Claris' five default fields, filled on each server; versions 20 and 22",
  size: { full: 60, dynamodb: 30 },
  naive: 'passes',
  async play({ dice, size, open }) {
    await using world = await open({
      offices: { hq: { version: '20', fields: fieldsBefore21 }, branch: { version: '22', fields } },
      table: { key: 'PrimaryKey', modified: 'ModificationTimestamp', fields: 'all' },
    });
    const { hq, branch, time } = world;
    const userAt = (office: Office) => ({ name: office === hq ? 'zoe' : 'ben' });
    await world.run();
    time.pass(minute);
    const created = Array.from({ length: size }, (_, at) => {
      const office = dice.chance(0.5) ? hq : branch;
      const values = { name: `person ${at}` };
      const { values: stored } = office.control.createAsUser({
        table,
        values,
        user: userAt(office),
      });
      return { office, key: stored['PrimaryKey'] ?? '', audit: auditOf(stored) };
    });
    time.pass(tick);
    await world.run();
    const score = new Score();
    for (const { office, key, audit } of created) {
      const [here, there] = [office, office === hq ? branch : hq].map((one) => recordOf(one, key)?.values);
      score.same(`${key} as its maker left it`, auditOf(here ?? {}), audit);
      score.same(
        `${key} on the other`,
        [there?.['CreatedBy'], there?.['name']],
        [account.name, here?.['name']],
      );
    }
    time.pass(tick);
    for (const { key } of created) {
      const office = dice.chance(0.5) ? hq : branch;
      const recordId = recordOf(office, key)?.recordId ?? 0;
      const user = userAt(office);
      office.control.updateAsUser({ table, recordId, values: { notes: `by ${user.name}` }, user });
    }
    const edited = new Map(
      created.map(({ key }) => [key, [hq, branch].map((office) => recordOf(office, key))]),
    );
    const writes: number[] = [];
    for (let run = 0; run < 3; run += 1) {
      world.resetCounters();
      time.pass(tick);
      await world.run();
      writes.push(world.writes);
    }
    for (const [key, [atHq, atBranch]] of edited) {
      const byHq = atHq?.values['notes'] === 'by zoe';
      const [here, there] = byHq ? [hq, branch] : [branch, hq];
      const audit = auditOf((byHq ? atHq : atBranch)?.values ?? {});
      score.same(`${key} as its editor left it`, auditOf(recordOf(here, key)?.values ?? {}), audit);
      const other = recordOf(there, key)?.values ?? {};
      const seen = [other['ModifiedBy'], other['notes'], other['CreatedBy']];
      const maker = (byHq ? atBranch : atHq)?.values['CreatedBy'];
      score.same(`${key} on the other`, seen, [account.name, byHq ? 'by zoe' : 'by ben', maker]);
    }
    score.same('writes of the three runs after the edits', writes, [size, 0, 0]);
    return score.outcome(
      `${size} made and edited, writes by run: ${writes.join(', ')}; audit fields wrong: ${score.faults.length}`,
    );
  },
};
