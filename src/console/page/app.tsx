/** The frame of all views: the state in words, the way to each view, and what is to be said wherever one is. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { OverviewAnswer } from '../api/overview.ts';
import { Notices } from './parts/notices.tsx';
import { Badge, Of, useNow } from './parts/basics.tsx';
import { type Polled, usePolled } from './poll.ts';
import { dismissAll } from './notices.ts';
import { reach } from './reach.ts';
import { addressOf, type Route, route } from './route.ts';
import { stateWords } from './state-words.ts';
import { ActsView } from './views/acts.tsx';
import { ConflictView } from './views/conflict.tsx';
import { ConflictsView } from './views/conflicts.tsx';
import { HaltsView } from './views/halts.tsx';
import { HistoryView } from './views/history.tsx';
import { OverviewView } from './views/overview.tsx';
import { ParkedView } from './views/parked.tsx';
import { PausesView } from './views/pauses.tsx';
import { PlanView } from './views/plan.tsx';
import { VerifyView } from './views/verify.tsx';
import { ago } from './words.ts';

const overviewEveryMs = 5_000;

export type ViewProps = { readonly overview: OverviewAnswer; readonly parts: readonly string[] };

type View = {
  readonly title: string;
  /** Where it shows one of them. */
  readonly titleOfOne?: string;
  readonly shows: (props: ViewProps) => JSX.Element;
  /** What of it waits for a person. */
  readonly waiting?: (overview: OverviewAnswer) => number;
};

const views: Readonly<Record<string, View>> = {
  overview: { title: 'Overview', shows: OverviewView },
  conflicts: {
    title: 'Conflicts',
    titleOfOne: 'Conflict',
    shows: (props) => (props.parts.length > 0 ? <ConflictView {...props} /> : <ConflictsView {...props} />),
    waiting: ({ sums }) => sums.held,
  },
  parked: { title: 'Parked', shows: ParkedView, waiting: ({ sums }) => sums.parked },
  halts: { title: 'Halts', shows: HaltsView, waiting: ({ sums }) => sums.halted },
  verify: { title: 'Verify', shows: VerifyView },
  plan: { title: 'Plan', shows: PlanView },
  history: { title: 'History', shows: HistoryView },
  pauses: { title: 'Pauses', shows: PausesView, waiting: ({ pauses }) => pauses.length },
  audit: { title: 'Audit', shows: ActsView },
};

export function App() {
  if (reach.value.kind === 'not-allowed') return <NoToken />;
  return <Frame />;
}

function Frame() {
  const overview = usePolled('GET /api/overview', {}, overviewEveryMs);
  const { view } = route.value;
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <div class="banner-place" role="status">
        <Gone />
      </div>
      <Top overview={overview} />
      <Nav view={view} overview={overview.answer} />
      <main class="main" id="main" tabIndex={-1}>
        <Shown overview={overview} route={route.value} />
      </main>
      <Notices />
    </div>
  );
}

/** The address belongs to the views, so the browser's own way to a part of the page is not used. */
function toMain(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#main')?.focus();
}

function Shown({ overview, route: { view, parts } }: { overview: Polled<OverviewAnswer>; route: Route }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const isFirst = useRef(true);
  const found = views[view];
  const about = parts.join(', ');
  const named = about === '' ? undefined : found?.titleOfOne;
  const title = named ?? found?.title ?? 'There is no such page';
  useEffect(() => {
    document.title = `${about === '' ? '' : `${about} · `}${title} · ServerSync`;
    // Who comes from another view goes on at its beginning, with a screen reader too.
    if (!isFirst.current) {
      heading.current?.focus();
      dismissAll();
    }
    isFirst.current = false;
  }, [title, about]);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {found === undefined ? (
        <p>
          Nothing is at this address. <a href={addressOf('overview')}>Go to the overview</a>.
        </p>
      ) : (
        <Of polled={overview} what="the state">
          {(answer) => <found.shows overview={answer} parts={parts} />}
        </Of>
      )}
    </>
  );
}

function Top({ overview }: { readonly overview: Polled<OverviewAnswer> }) {
  const { answer } = overview;
  return (
    <header class="top">
      <span class="name">
        <img src="icon.svg" alt="" />
        {answer === undefined ? 'ServerSync' : installationOf(answer)}
      </span>
      {answer === undefined ? undefined : <State overview={answer} />}
      {answer === undefined ? undefined : <Updated at={answer.at} />}
    </header>
  );
}

/** A stack has a name; a configuration of this machine is known by its file and the folder around it. */
function installationOf({ place }: OverviewAnswer): string {
  if (place.kind === 'stack') return place.stack;
  const [folder = '', file = ''] = place.configFile.split(/[/\\]/).slice(-2);
  const name = file.replace(/\.ya?ml$/, '');
  return name === 'serversync' ? folder : `${folder}/${name}`;
}

function State({ overview }: { readonly overview: OverviewAnswer }) {
  const { tone, words } = stateWords(overview);
  return (
    <span class="row">
      <Badge tone={tone}>{words}</Badge>
      {overview.isAtWork ? <Badge tone="plain">a run is at work</Badge> : undefined}
    </span>
  );
}

function Updated({ at }: { readonly at: number }) {
  const now = useNow(1_000);
  return <span class="updated muted small numbers">Updated {ago(at, Math.max(at, now))}</span>;
}

function Nav({ view, overview }: { readonly view: string; readonly overview: OverviewAnswer | undefined }) {
  return (
    <nav class="nav" aria-label="Views">
      <ul>
        {Object.entries(views).map(([name, { title, waiting }]) => {
          const n = overview === undefined ? 0 : (waiting?.(overview) ?? 0);
          return (
            <li key={name}>
              <a href={addressOf(name)} aria-current={name === view ? 'page' : undefined}>
                {title}
                {n > 0 ? (
                  <span class="how-many">
                    {n > 999 ? '999+' : n}
                    <span class="only-read"> {name === 'pauses' ? 'in force' : 'waiting'}</span>
                  </span>
                ) : undefined}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Gone() {
  const state = reach.value;
  const now = useNow(1_000);
  if (state.kind !== 'gone') return <></>;
  const seconds = Math.max(0, Math.ceil((state.nextAt - now) / 1_000));
  return (
    <div class="banner">
      <strong>The console does not answer.</strong> Is serversync console still running? What is shown is of
      before.{' '}
      <span aria-hidden="true">{seconds === 0 ? 'Asking again …' : `Asking again in ${seconds} s.`}</span>
    </div>
  );
}

function NoToken() {
  return (
    <main class="main" id="main">
      <h1>This address is not complete, or not valid any more</h1>
      <p>
        The console shows records and takes decisions, so it answers only to the address that it printed when
        it was started, with the part behind <code>#token=</code>. That part is new each time.
      </p>
      <p>
        Look at the terminal in which <code>serversync console</code> runs, and open the address that it
        names. If it runs no more, start it again.
      </p>
    </main>
  );
}
