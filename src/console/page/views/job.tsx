/** What a plan and a comparison have in common: begun by hand, at work for a while, then with a result. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { duration, placeName } from '../../../composition/words.ts';
import type { Job } from '../../api/jobs.ts';
import type { OverviewAnswer } from '../../api/overview.ts';
import type { ServerFailure } from '../../api/plan.ts';
import { act } from '../call.ts';
import { Ago, Badge, Of, type Tone, Trouble } from '../parts/basics.tsx';
import { ServerSelect, TableSelect } from '../parts/places.tsx';
import { lookAgain, usePolled } from '../poll.ts';

type Kind = Job['asked']['kind'];
type Result = NonNullable<Job['result']>;

export type JobProps = {
  readonly kind: Kind;
  readonly overview: OverviewAnswer;
  /** On the button. */
  readonly start: string;
  /** Where none was asked for yet. */
  readonly none: string;
  readonly children: (result: Result) => ComponentChildren;
};

const idleMs = 5_000;
const atWorkMs = 700;

const isUnderWay = ({ state }: Job): boolean => state === 'at-work' || state === 'ending';

export function JobView({ kind, overview, start, none, children }: JobProps) {
  const [everyMs, setEvery] = useState(idleMs);
  const jobs = usePolled('GET /api/jobs', {}, everyMs);
  const underWay = jobs.answer?.jobs.find(isUnderWay);
  const wanted = underWay === undefined ? idleMs : atWorkMs;
  if (wanted !== everyMs) setEvery(wanted);
  return (
    <Of polled={jobs} what="what was asked for">
      {({ jobs: all }) => {
        const latest = all.find(({ asked }) => asked.kind === kind);
        return (
          <>
            <Start kind={kind} overview={overview} start={start} underWay={underWay} />
            {latest === undefined ? (
              <p class="muted">{none}</p>
            ) : (
              <Shown job={latest} now={overview.at}>
                {children}
              </Shown>
            )}
          </>
        );
      }}
    </Of>
  );
}

type StartProps = Pick<JobProps, 'kind' | 'overview' | 'start'> & { readonly underWay: Job | undefined };

function Start({ kind, overview, start, underWay }: StartProps) {
  const [table, setTable] = useState('');
  const [server, setServer] = useState('');
  const [failure, setFailure] = useState('');
  const go = async (): Promise<void> => {
    setFailure('');
    try {
      await act('POST /api/jobs', { kind, ...(table !== '' && { table }), ...(server !== '' && { server }) });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
    lookAgain();
  };
  const isOther = underWay !== undefined && underWay.asked.kind !== kind;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void go();
      }}
    >
      <div class="row ends-aligned">
        <TableSelect overview={overview} value={table} choose={setTable} />
        <ServerSelect overview={overview} value={server} choose={setServer} />
        <button type="submit" class="button main-one" disabled={underWay !== undefined}>
          {start}
        </button>
      </div>
      {isOther ? (
        <p class="hint">
          A {underWay.asked.kind === 'plan' ? 'plan' : 'comparison'} is at work: one at a time.
        </p>
      ) : undefined}
      {failure === '' ? undefined : <Trouble message={failure} />}
    </form>
  );
}

const stateWords: Readonly<Record<Job['state'], readonly [Tone, string]>> = {
  'at-work': ['plain', 'at work'],
  ending: ['plain', 'ending'],
  done: ['good', 'done'],
  cancelled: ['warn', 'stopped'],
  failed: ['bad', 'failed'],
};

type ShownProps = { readonly job: Job; readonly now: number; readonly children: JobProps['children'] };

function Shown({ job, now, children }: ShownProps) {
  const { id, state, lines, result, error, startedAt, endedAt, asked } = job;
  const [tone, words] = stateWords[state];
  const of = placeName(asked);
  return (
    <>
      <section class="card" aria-label="How far it is">
        <div class="head">
          <div class="row">
            <Badge tone={tone}>{words}</Badge>
            <span>
              {of === '' ? 'Everything' : of}, begun <Ago at={startedAt} now={Math.max(now, startedAt)} />
              {endedAt === undefined ? '' : `, took ${duration(endedAt - startedAt)}`}
            </span>
          </div>
          {isUnderWay(job) ? <Cancel id={id} isEnding={state === 'ending'} /> : undefined}
        </div>
        <span class="only-read" role="status">
          {isUnderWay(job) ? (lines.at(-1) ?? words) : words}
        </span>
        {error === undefined ? undefined : <Trouble message={error.message} />}
        <Lines lines={lines} isOpen={result === undefined} />
      </section>
      {result === undefined ? undefined : children(result)}
    </>
  );
}

function Lines({ lines, isOpen }: { readonly lines: readonly string[]; readonly isOpen: boolean }) {
  if (lines.length === 0) return <></>;
  return (
    <details open={isOpen}>
      <summary>In words</summary>
      <pre class="lines" tabIndex={0}>
        {lines.join('\n')}
      </pre>
    </details>
  );
}

function Cancel({ id, isEnding }: { readonly id: string; readonly isEnding: boolean }) {
  return (
    <button
      type="button"
      class="button"
      disabled={isEnding}
      onClick={() => void act('POST /api/job/cancel', { id }).then(lookAgain, lookAgain)}
    >
      {isEnding ? 'Ending …' : 'Stop'}
    </button>
  );
}

export function Failures({ failures }: { readonly failures: readonly ServerFailure[] }) {
  if (failures.length === 0) return <></>;
  return (
    <Trouble
      message={failures
        .map(({ server, message }) => (message.startsWith(server) ? message : `${server}: ${message}`))
        .join('\n')}
    />
  );
}
