/** Binds the console's contract to what the commands do. */
import type { Handlers } from '../../console/server.ts';
import type { FailedRequest } from '../../console/failed-request.ts';
import type { OverviewAnswer } from '../../console/api/overview.ts';
import type { Records } from '../../ports/records.ts';
import { systemClock } from '../../composition/system-clock.ts';
import { Acts } from './acts.ts';
import { conflictAnswer, conflictsAnswer } from './conflicts.ts';
import { type JobPlace, Jobs, workAt } from './jobs.ts';
import { type Kept, kept } from './kept.ts';
import { actsAnswer, haltAnswer, haltsAnswer, historyAnswer, parkedAnswer } from './looks.ts';
import { overviewAnswer } from './overview.ts';
import { Seeing } from './seeing.ts';
import { trendsAnswer } from './trends.ts';

export type Console = { readonly handlers: Handlers; readonly close: () => Promise<void> };

export type ConsolePlace = JobPlace & {
  /** As whom acts are put down. */
  readonly operator: string;
};

/** For how long an overview is as good as a new one, ms. That of a stack costs requests. */
const overviewMs = { machine: 1_000, stack: 5_000 };
const trendsMs = 30_000;
/** How many records there are changes slowly, and counting them takes a second for a million. */
const countMs = 60_000;

const numberOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Number(text);

export function consoleOf(place: ConsolePlace, failureOf: (error: unknown) => FailedRequest): Console {
  const seeing = new Seeing(place);
  const acts = new Acts(place);
  const jobs = new Jobs(workAt(place), failureOf);
  const count = keptCounts();
  const overview = kept(place.stack === undefined ? overviewMs.machine : overviewMs.stack, () =>
    seeing.look((seen) =>
      overviewAnswer(seen, { place, operator: place.operator, count: count(seen.state.records) }),
    ),
  );
  const trends = new Map<number, Kept<Awaited<ReturnType<typeof trendsAnswer>>>>();

  /** What was done, and then what is so. */
  async function after<Answer>(
    act: () => Promise<readonly string[]>,
    look: () => Promise<Answer>,
  ): Promise<Answer & { readonly done: readonly string[] }> {
    const done = await act();
    overview.drop();
    return { ...(await look()), done };
  }
  /** A job holds the state of this machine; a stack's is changed beside it. */
  async function changing<Answer>(
    act: () => Promise<readonly string[]>,
    look: () => Promise<Answer>,
  ): Promise<Answer & { readonly done: readonly string[] }> {
    if (place.stack === undefined) jobs.refuseWhileAtWork();
    return after(act, look);
  }
  const conflict = (id: string) => seeing.look((seen) => conflictAnswer(seen, id));
  const halts = () => seeing.look((seen) => haltsAnswer(seen, place));
  const history = (of: { readonly table: string; readonly key: string; readonly limit?: string }) =>
    seeing.look((seen) => historyAnswer(seen, { ...of, limit: numberOf(of.limit, 50) }));
  const parked = (of: { readonly table?: string; readonly server?: string; readonly limit?: string }) =>
    seeing.look((seen) => parkedAnswer(seen, { ...of, limit: numberOf(of.limit, 100) }));

  const handlers: Handlers = {
    'GET /api/overview': (): Promise<OverviewAnswer> => overview.get(),
    'GET /api/trends': ({ hours }) => {
      const span = numberOf(hours, 24);
      const answer =
        trends.get(span) ?? kept(trendsMs, () => seeing.look((seen) => trendsAnswer(seen, place, span)));
      trends.set(span, answer);
      return answer.get();
    },
    'GET /api/conflicts': ({ held, limit, ...of }) =>
      seeing.look((seen) =>
        conflictsAnswer(seen, { ...of, held: held === '1', limit: numberOf(limit, 100) }),
      ),
    'GET /api/conflict': ({ id }) => conflict(id),
    'POST /api/conflict/resolve': (body) =>
      changing(
        () => acts.resolve(body),
        () => conflict(body.id),
      ),
    'POST /api/conflict/undo': (body) =>
      changing(
        () => acts.undo(body),
        () => conflict(body.id),
      ),
    'GET /api/parked': parked,
    'POST /api/parked/retry': (body) =>
      changing(
        () => acts.retry(body),
        () => parked({}),
      ),
    'GET /api/halts': halts,
    'GET /api/halt': ({ id }) => seeing.look((seen) => haltAnswer(seen, place, id)),
    'POST /api/halt/answer': (body) => changing(() => acts.answer(body), halts),
    'GET /api/history': history,
    'POST /api/history/put-back': (body) => {
      const look = async () => ({ history: await history({ table: body.table, key: body.key }) });
      // What is not changed needs nobody to be away.
      return body.dryRun === true
        ? after(() => acts.putBack(body), look)
        : changing(() => acts.putBack(body), look);
    },
    // They are taken beside whoever works with the state.
    'POST /api/pause': (body) =>
      after(
        () => acts.pause(body),
        () => overview.get(),
      ),
    'POST /api/resume': (body) =>
      after(
        () => acts.resume(body),
        () => overview.get(),
      ),
    'GET /api/acts': ({ limit }) => seeing.look((seen) => actsAnswer(seen, numberOf(limit, 100))),
    'GET /api/jobs': async () => ({ jobs: jobs.all }),
    'GET /api/job': async ({ id }) => jobs.job(id),
    'POST /api/jobs': async (body) => jobs.start(body),
    'POST /api/job/cancel': async ({ id }) => jobs.cancel(id),
  };
  return {
    handlers,
    close: async () => {
      await jobs.close();
      await seeing.close();
    },
  };
}

/** Counts that are at most that old, by whichever opening of the state they are asked. */
function keptCounts(): (records: Records) => Records['count'] {
  const counts = new Map<string, { readonly at: number; readonly count: ReturnType<Records['count']> }>();
  return (records) => (table) => {
    const now = systemClock.now();
    const last = counts.get(table);
    if (last !== undefined && now - last.at < countMs) return last.count;
    const count = records.count(table);
    counts.set(table, { at: now, count });
    count.catch(() => counts.delete(table));
    return count;
  };
}
