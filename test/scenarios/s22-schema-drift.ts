import { layout, type Office, table } from '../end-to-end/support/office.ts';
import { rows } from '../end-to-end/support/rows.ts';
import { playedByIds } from './s22-by-ids.ts';
import { People } from './support/people.ts';
import type { Scenario, Stage } from './support/scenario.ts';
import { Score } from './support/score.ts';
import { hour, second, tick } from './support/spans.ts';

type Drift = {
  readonly what: string;
  readonly drift: (office: Office) => void;
  readonly mend: (office: Office) => void;
  readonly fields: readonly string[];
};

const drifts: readonly Drift[] = [
  {
    what: 'field renamed',
    drift: ({ control }) => control.renameField({ table, from: 'notes', to: 'remarks' }),
    mend: ({ control }) => control.renameField({ table, from: 'remarks', to: 'notes' }),
    fields: ['notes'],
  },
  {
    what: 'layout gone',
    drift: ({ control }) => control.removeLayout(layout),
    mend: ({ control }) => control.putBackLayout(layout),
    fields: [],
  },
];

export const schemaDrift: Scenario = {
  id: 'S22',
  trouble: 'a field is renamed, a layout is gone (102, 105), in the middle of a run',
  size: { full: 60, dynamodb: 30 },
  naive: 'fails',
  async play(stage) {
    const score = new Score();
    if (stage.apis !== 'data' && stage.kind.name !== 'naive')
      return score.outcome((await playedByIds(stage, score)).join('; '));
    const halted: string[] = [];
    for (const drift of drifts) halted.push(await played(stage, drift, score));
    return score.outcome(halted.join('; '));
  },
};

async function played(
  { size, open }: Stage,
  { what, drift, mend, fields }: Drift,
  score: Score,
): Promise<string> {
  await using world = await open({ offices: { hq: { rows: rows(0, size) }, branch: {}, kiosk: {} } });
  const { hq, branch, time } = world;
  const kiosk = world.office('kiosk');
  for (let run = 0; run < 2; run += 1) {
    await world.run();
    time.pass(tick);
  }
  time.pass(hour);
  const people = new People();
  const keys = [...hq.byKey.keys()];
  let edits = 0;
  /** Each office has records of its own to edit. */
  const editAll = (): void => {
    for (const [at, key] of keys.entries()) {
      const office = [hq, branch, kiosk][at % 3] ?? hq;
      // What the layout lacks cannot be edited.
      people.edit(office, key, { name: `edit ${(edits += 1)} of ${key}` });
    }
  };
  const of = (...offices: readonly Office[]): readonly string[] =>
    keys.filter((_, at) => offices.includes([hq, branch, kiosk][at % 3] ?? hq));

  editAll();
  const runAt = time.now() + tick;
  time.plan(runAt + second, () => drift(branch));
  branch.control.addTrouble({ effect: { kind: 'delay', ms: 2 * second }, on: ['find'], next: 1 });
  time.goTo(runAt);
  const first = await world.run();
  const halted = first.halts.map((halt) => [halt.server, halt.kind, halt.fields]);
  score.same(`${what}: halted in the run`, halted, [['branch', 'schema-drift', fields]]);
  score.same(`${what}: failures`, first.failures, {});
  people.demandEverywhere(score, [hq, kiosk], of(hq, kiosk));

  world.resetCounters();
  editAll();
  time.pass(tick);
  const later = await world.run();
  score.same(`${what}: halted after it`, [later.halts.length, later.failures], [1, {}]);
  people.demandEverywhere(score, [hq, kiosk], of(hq, kiosk));
  score.same(`${what}: writes on branch meanwhile`, branch.stats.writes, 0);
  const marks = await world.sweep();
  score.same(`${what}: halted after a sweep`, marks.halts.length, 1);

  mend(branch);
  time.pass(tick);
  const mended = await world.run();
  score.same(`${what}: halts once it is mended`, mended.halts.length, 0);
  people.demandEverywhere(score, [hq, branch, kiosk]);
  score.same(`${what}: conflicts and parked`, [mended.conflicts.length, mended.parked.length], [0, 0]);
  world.resetCounters();
  time.pass(tick);
  await world.run();
  score.same(`${what}: writes in the end`, world.writes, 0);
  return `${what}: halted on branch${fields.length > 0 ? ` (${fields.join(', ')})` : ''}`;
}
