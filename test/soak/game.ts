/**
 * Plays a plan on ServerSync: the real engine and connector, a process for each run, against simulated servers in virtual time. Then
 * peace: the troubles are over, and what is left has to be as the oracle demands.
 */
import { FileMakerFailure } from '../../src/simulator/failure.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { account, type Office, table } from '../end-to-end/support/office.ts';
import type { DiesAt } from '../scenarios/support/mortal.ts';
import type { SyncKind, Told } from '../scenarios/support/sync.ts';
import { openWorld, type World } from '../scenarios/support/world.ts';
import { endingOf, type Pass } from './ending-of.ts';
import { type Fault, judge } from './oracle/judge.ts';
import { Ledger } from './oracle/ledger.ts';
import { Witness } from './oracle/witness.ts';
import { type Deed, fields, type Happening, isRun, type Plan, type Run, type Wrong } from './plan.ts';
import { describedBy } from './site-of.ts';
import { stepWords } from './story.ts';
import { changeWords, News } from './telling.ts';
import { valuesOf } from './values.ts';
import { watching } from './watched.ts';

export type Played = {
  readonly faults: readonly Fault[];
  readonly runs: number;
  readonly deaths: number;
  readonly writes: number;
};

/** Longer than an orphaned session lives, than any commit is late, than any request hangs; what was left open by a crash is closed. */
const quietMs = 90 * 60_000;

/** `tell`: told of all that happens, line by line. */
export async function play(
  plan: Plan,
  kind: SyncKind = { name: 'sqlite' },
  tell: (line: string) => void = () => undefined,
): Promise<Played> {
  const ledger = new Ledger(fields);
  const witness = new Witness(ledger);
  const overTable = () => watching(witness);
  await using world = await openWorld(kind, plan.seed, { ...describedBy(plan.site), overTable });
  const game = new Game(world, plan, ledger, tell);
  await game.play();
  const passes = await game.peace();
  const ending = await endingOf(world, plan.site, { passes, unseen: witness.faults, told: game.told });
  return { faults: [...game.faults, ...judge(ledger, ending)], ...game.counts };
}

type DeedStep = Deed & { readonly id: number };

class Game {
  readonly faults: Fault[] = [];
  readonly counts = { runs: 0, deaths: 0, writes: 0 };
  /** What the sync said last. */
  told: Told | undefined;
  readonly #world: World;
  readonly #plan: Plan;
  readonly #ledger: Ledger;
  readonly #news = new News();
  readonly #tell: (line: string) => void;

  constructor(world: World, plan: Plan, ledger: Ledger, tell: (line: string) => void) {
    this.#world = world;
    this.#plan = plan;
    this.#ledger = ledger;
    this.#tell = (line) => tell(`${new Date(world.time.now()).toISOString().slice(5, 23)}  ${line}`);
    for (const [name, office] of world.offices) {
      ledger.found(name, office.records);
      for (const record of office.records)
        this.#tell(changeWords(name, { before: undefined, after: record }));
      office.control.watch({ table }, (change) => {
        this.#tell(changeWords(name, change));
        ledger.changed(name, change);
      });
    }
  }

  async play(): Promise<void> {
    for (const step of this.#plan.steps) {
      this.#tell(`${step.id}  ${stepWords(step)}`);
      if (isRun(step)) await this.#pass(step.kind, diesAt(step.diesAt));
      else await this.#happen(step);
    }
  }

  /** Nobody edits, nothing fails: what is said and written then is what counts. */
  async peace(): Promise<readonly Pass[]> {
    const { time, offices } = this.#world;
    await time.wait(quietMs);
    for (const [name, office] of offices) {
      calm(office);
      await this.#world.resume(name);
    }
    const passes: Pass[] = [];
    for (const how of ['run', 'sweep', 'sweep', 'run', 'sweep'] as const) {
      const before = this.#world.writes;
      const failures = await this.#pass(how);
      passes.push({ failures, writes: this.#world.writes - before });
      await time.wait(5 * 60_000);
    }
    return passes;
  }

  async #pass(how: 'run' | 'sweep', dies?: DiesAt): Promise<readonly string[]> {
    this.counts.runs += 1;
    try {
      const told = await this.#world[how](dies);
      this.told = told;
      for (const line of this.#news.of(told)) this.#tell(line);
      if (told.died) this.counts.deaths += 1;
      this.#demandNoHalt(told);
      for (const event of told.events)
        if (event.kind === 'swept')
          this.#ledger.swept(event.server, this.#world.office(event.server).records);
      return Object.entries(told.failures).map(([server, code]) => `${server}: ${code}`);
    } catch (error) {
      // The command says what is wrong with the server, and ends.
      if (!(error instanceof ServerError)) throw error;
      return [`${error.server}: ${error.code}`];
    } finally {
      this.counts.writes = this.#world.writes;
    }
  }

  #demandNoHalt({ halts, halted }: Told): void {
    if (halts.length + halted.length === 0) return;
    const what = [
      ...halts.map(({ kind, server }) => `${kind} on ${server}`),
      ...halted.map(({ server }) => `meeting of ${server}`),
    ];
    this.faults.push({ rule: 'R8: nothing halts where nothing is dangerous', what });
  }

  async #happen(step: Exclude<Happening, Run> & { readonly id: number }): Promise<void> {
    const { time } = this.#world;
    if (step.kind === 'pass') {
      await time.wait(step.ms);
      return;
    }
    if (step.kind === 'forget') {
      await this.#forget(step.key);
      return;
    }
    if (step.kind === 'pause') {
      await this.#world.pause(step.server, step.forMs);
      return;
    }
    if (step.kind === 'resume') {
      await this.#world.resume(step.server);
      return;
    }
    const office = this.#world.office(step.server);
    if (step.kind !== 'act') meddle(office, step);
    else if (step.inMs === undefined) this.#act(office, step);
    else time.plan(time.now() + step.inMs, () => this.#act(office, step));
  }

  async #forget(key: string): Promise<void> {
    const became = await this.#world.forget(key);
    this.#tell(`    ${became}`);
    if (became === 'bare' || became === 'forgotten') this.#ledger.forgot(key);
  }

  /** As far as the server lets the person do it. */
  #act(office: Office, step: DeedStep): void {
    try {
      this.#ledger.byPerson(() => this.#deed(office, step));
    } catch (error) {
      if (!(error instanceof FileMakerFailure)) throw error;
    }
  }

  #deed({ control, records }: Office, { act, server, id }: DeedStep): void {
    const record = records.find(({ values }) => values['id'] === act.key);
    if (act.kind === 'create') {
      if (record === undefined)
        control.createAsUser({ table, values: { id: act.key, ...valuesOf(id, act.fields, act.region) } });
      return;
    }
    if (record === undefined) return;
    const { recordId } = record;
    if (act.kind === 'delete') {
      control.deleteAsUser({ table, recordId });
      return;
    }
    const { lateMs, imported } = act;
    const after = control.updateAsUser({
      table,
      recordId,
      values: valuesOf(id, act.fields, act.region),
      ...(lateMs !== undefined && { visibleAfterMs: lateMs }),
      ...(imported && { stamp: false }),
    });
    if (lateMs !== undefined) this.#ledger.await(server, after);
  }
}

function diesAt(effect: number | undefined): DiesAt | undefined {
  if (effect === undefined) return undefined;
  let met = 0;
  return () => (met += 1) === effect;
}

function meddle({ control, records }: Office, step: Wrong): void {
  const idsOf = (key: string | undefined): readonly number[] =>
    records.filter(({ values }) => values['id'] === key).map(({ recordId }) => recordId);
  if (step.kind === 'trouble') control.addTrouble(step.trouble);
  if (step.kind === 'calm') control.removeTrouble();
  if (step.kind === 'lock') control.lock({ table, recordIds: idsOf(step.key) });
  if (step.kind === 'unlock') control.unlock({ table, recordIds: idsOf(step.key) });
  if (step.kind === 'hide') control.hide({ table, account: account.name, recordIds: idsOf(step.key) });
  if (step.kind === 'capacity') control.setCapacity(step.sessions);
  if (step.kind === 'clock') control.stepClock(step.byMs);
  if (step.kind === 'end-sessions') control.endSessions();
}

function calm({ control, records }: Office): void {
  control.removeTrouble();
  control.unlock({ table, recordIds: records.map(({ recordId }) => recordId) });
  control.hide({ table, account: account.name, recordIds: [] });
  control.setCapacity(500);
}
