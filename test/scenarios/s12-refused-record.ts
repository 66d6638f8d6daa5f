import type { Validation } from '../../src/simulator/description.ts';
import { contactFields } from '../end-to-end/support/office.ts';
import { People } from './support/people.ts';
import type { Scenario } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { tick } from './support/spans.ts';

type Refusal = { readonly code: string; readonly rule: Validation; readonly bad: string };

const good = (number: number): string => `good ${number}`;
const mended = 'good at last';

/** What branch asks of a field that hq does not, and a value that breaks it. */
const refusals = (size: number): readonly Refusal[] => [
  { code: '504', rule: { unique: true }, bad: good(0) },
  { code: '506', rule: { list: [mended, ...Array.from({ length: size }, (_, at) => good(at))] }, bad: 'new' },
  { code: '509', rule: { notEmpty: true }, bad: '' },
  { code: '511', rule: { maxLength: 20 }, bad: 'longer than that field can be' },
];

export const refusedRecord: Scenario = {
  id: 'S12',
  trouble: 'a record that the server refuses (504, 506, 509, 511) among 25',
  size: { full: 25, dynamodb: 25 },
  naive: 'fails',
  async play({ dice, size, open }) {
    const score = new Score();
    const counts = { written: 0, parked: 0, silent: 0, mended: 0 };
    for (const { code, rule, bad } of refusals(size)) {
      const validation = { ...rule, overridable: false };
      const fields = contactFields.map((field) =>
        field.name === 'notes' ? { ...field, validation } : field,
      );
      await using world = await open({ offices: { hq: {}, branch: { fields } } });
      const { hq, branch, time } = world;
      await world.run();
      time.pass(tick);
      const people = new People();
      const refused = `K-${1 + dice.pick(size - 1)}`;
      for (let at = 0; at < size; at += 1) {
        const key = `K-${at}`;
        people.create(hq, { id: key, name: 'new', notes: key === refused ? bad : good(at) });
      }
      time.pass(tick);
      const { parked } = await world.run();
      const others = people.keys.filter((key) => key !== refused);
      people.demandEverywhere(score, [hq, branch], others);
      score.same(`${code}: writes on branch`, branch.stats.writes, others.length);
      counts.written += branch.stats.writes;
      const [reason] = parked;
      const isNamed = parked.length === 1 && reason?.key === refused && reason.server === 'branch';
      score.demand(isNamed && reason.code === code, `${code}: parked as ${reason?.key}, ${reason?.code}`);
      score.demand((reason?.reason ?? '') !== '', `${code}: without a word of advice`);
      counts[isNamed ? 'parked' : 'silent'] += 1;
      time.pass(tick);
      people.edit(hq, refused, { notes: mended });
      time.pass(tick);
      const after = await world.run();
      people.demandEverywhere(score, [hq, branch], [refused]);
      score.same(`${code}: parked after it was mended`, after.parked.length, 0);
      if (after.parked.length === 0) counts.mended += 1;
    }
    const silent = counts.silent === 0 ? '' : `, ${counts.silent} refused in silence`;
    return score.outcome(`${counts.written} written once, ${counts.parked} parked with code${silent}`);
  },
};
