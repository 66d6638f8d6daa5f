/** The console's real server over made-up answers, for what is hard to make real. What was sent is kept. */
import type { Api, Endpoint } from '../../../src/console/api.ts';
import type { Job } from '../../../src/console/api/jobs.ts';
import type { OverviewAnswer } from '../../../src/console/api/overview.ts';
import { FailedRequest } from '../../../src/console/failed-request.ts';
import { pageFiles } from '../../../src/console/page-build.ts';
import { type Handlers, openConsole, type RunningConsole } from '../../../src/console/server.ts';
import { newToken } from '../../../src/console/token.ts';
import {
  calmOverview,
  conflictsOf,
  haltsOf,
  historyOf,
  overviewOf,
  parkedOf,
  planOf,
  trendsOf,
  verifyOf,
} from './fixture-data.ts';

export type Sent = { readonly endpoint: Endpoint; readonly body: unknown };

export type Fixture = Told & { readonly console: RunningConsole };

type Told = {
  readonly sent: readonly Sent[];
  /** Everything is well, and nothing is listed. */
  calm: boolean;
  /** Every act is refused with it. */
  refusal: FailedRequest | undefined;
  jobs: readonly Job[];
};

/** A run has the state: what the real server answers then. */
export const locked = new FailedRequest(
  409,
  'state-locked',
  'another process works with the state in /home/sync/offices/.serversync: wait until it ends, or stop it',
);

export async function openFixture(): Promise<Fixture> {
  const sent: Sent[] = [];
  const files = await pageFiles();
  const told: Told = { sent, calm: false, refusal: undefined, jobs: [] };
  const running = await openConsole({
    port: 0,
    token: newToken(),
    assets: new Map(files.map(({ name, contentType, body }) => [`/${name}`, { type: contentType, body }])),
    handlers: handlersOf(told, sent),
    failureOf: (error) => new FailedRequest(500, 'unexpected', String(error)),
  });
  return Object.assign(told, { console: running });
}

const overview = ({ calm, jobs }: Told): OverviewAnswer => {
  const now = Date.now();
  return calm
    ? calmOverview(now)
    : { ...overviewOf(now), isAtWork: jobs.some(({ state }) => state === 'ending') };
};

const done = (...lines: readonly string[]) => ({ done: lines });

function handlersOf(fixture: Told, sent: Sent[]): Handlers {
  const act =
    <E extends Endpoint>(endpoint: E, answer: (now: number) => Api[E]['answer']) =>
    async (body: unknown): Promise<Api[E]['answer']> => {
      sent.push({ endpoint, body });
      if (fixture.refusal !== undefined) throw fixture.refusal;
      return answer(Date.now());
    };
  return {
    'GET /api/overview': async () => overview(fixture),
    'GET /api/trends': async ({ hours = '24' }) => trendsOf(Date.now(), Number(hours)),
    'GET /api/conflicts': async ({ held, table }) => ({
      conflicts: fixture.calm
        ? []
        : conflictsOf(Date.now()).filter(
            (one) => (held === undefined || one.held) && (table === undefined || one.table === table),
          ),
      hasMore: false,
    }),
    'GET /api/conflict': async ({ id }) => conflictOf(id),
    'POST /api/conflict/resolve': act('POST /api/conflict/resolve', () => ({
      ...done('chosen: phone is "+44 20 7946 0000"', '    goes to the servers with the next run'),
      ...conflictOf('8c1d2e4f'),
    })),
    'POST /api/conflict/undo': act('POST /api/conflict/undo', () => ({
      ...done('taken back: name is held again'),
      ...conflictOf('1203ffee'),
    })),
    'GET /api/parked': async () => (fixture.calm ? { parked: 0, causes: [] } : parkedOf(Date.now())),
    'POST /api/parked/retry': act('POST /api/parked/retry', (now) => ({
      ...done('1 record is tried again with the next run'),
      ...parkedOf(now),
    })),
    'GET /api/halts': async () => ({ halts: fixture.calm ? [] : haltsOf(Date.now()) }),
    'GET /api/halt': async ({ id }) => ({
      halt: haltsOf(Date.now()).find((one) => one.id === id) ?? missing(`there is no halt ${id}`),
      examples: ['K-00100', 'K-00101', 'K-00102'],
    }),
    'POST /api/halt/answer': act('POST /api/halt/answer', (now) => ({
      ...done('approved: contacts on branch-london goes on with the next run'),
      halts: haltsOf(now),
    })),
    'GET /api/history': async ({ key }) =>
      key === 'nobody'
        ? missing(
            'there is no record with the key "nobody" in contacts: upper and lower case count. There are "K-00001" and others',
          )
        : historyOf(Date.now(), key),
    'POST /api/history/put-back': act('POST /api/history/put-back', (now) => ({
      ...done('name: "Grace M. Hopper" -> "Grace Hopper"'),
      history: historyOf(now, 'K-00002'),
    })),
    'POST /api/pause': act('POST /api/pause', () => ({ ...done('paused: contacts'), ...overview(fixture) })),
    'POST /api/resume': act('POST /api/resume', () => ({
      ...done('goes on: invoices on branch-tokyo'),
      ...overview(fixture),
    })),
    'GET /api/acts': async () => ({ acts: fixture.calm ? [] : actsOf(Date.now()) }),
    'GET /api/jobs': async () => ({ jobs: fixture.jobs }),
    'GET /api/job': async ({ id }) =>
      fixture.jobs.find((job) => job.id === id) ?? missing(`there is no job ${id}`),
    'POST /api/jobs': async (body) => {
      sent.push({ endpoint: 'POST /api/jobs', body });
      const job: Job = {
        id: `job-${fixture.jobs.length + 1}`,
        asked: body,
        startedAt: Date.now(),
        state: 'at-work',
        lines: ['contacts on hq: 4,000 of 12,840 records read'],
      };
      fixture.jobs = [job, ...fixture.jobs];
      return job;
    },
    'POST /api/job/cancel': async ({ id }) => {
      sent.push({ endpoint: 'POST /api/job/cancel', body: { id } });
      const job = fixture.jobs.find((one) => one.id === id) ?? missing(`there is no job ${id}`);
      fixture.jobs = [{ ...job, state: 'cancelled', endedAt: Date.now() }];
      return job;
    },
  };
}

function missing(message: string): never {
  throw new FailedRequest(400, 'no-record', message);
}

function conflictOf(id: string) {
  const now = Date.now();
  const conflicts = conflictsOf(now)
    .filter((one) => one.id === id)
    .map((one) =>
      one.field === 'phone'
        ? {
            ...one,
            base: { value: '+44 20 7946 0018', server: 'hq', stamp: { lo: now - 9e9, hi: now - 9e9 + 900 } },
          }
        : one,
    );
  return conflicts.length > 0 ? { conflicts } : missing(`no conflict has an ID that begins with ${id}`);
}

/** The latest job of that kind as it is when it has come to its end. */
export function endJob(fixture: Fixture): void {
  const [job, ...before] = fixture.jobs;
  if (job === undefined) return;
  const ended = { ...job, state: 'done' as const, endedAt: job.startedAt + 1_840 };
  fixture.jobs = [
    job.asked.kind === 'plan'
      ? { ...ended, lines: ['contacts on hq: 3 creates, 2 edits'], result: { kind: 'plan', ...planOf } }
      : {
          ...ended,
          lines: ['invoices on hq: 2 missing, 1 different'],
          result: { kind: 'verify', ...verifyOf },
        },
    ...before,
  ];
}

const actsOf = (now: number) => [
  {
    id: 'a1',
    at: now - 60_000,
    by: 'mary@office-mac',
    what: 'choose',
    words: 'chose the outcome of a conflict',
    table: 'contacts',
    key: 'K-00002',
    about: '1203ffee',
    how: 'name of branch-london',
  },
  {
    id: 'a2',
    at: now - 3_600_000,
    by: 'arn:aws:iam::123456789012:user/peter',
    what: 'pause',
    words: 'paused',
    table: 'invoices',
    server: 'branch-tokyo',
    how: 'until 02:00',
  },
];
