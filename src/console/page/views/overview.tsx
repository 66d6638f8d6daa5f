/** First whether anything is wrong, then each table on each server, then what became of it over time. */
import { count, duration } from '../../../composition/words.ts';
import type { OverviewAnswer } from '../../api/overview.ts';
import type { PlaceRow, ServerRow } from '../../api/overview.ts';
import type { ViewProps } from '../app.tsx';
import { Ago, Badge, Table, Time } from '../parts/basics.tsx';
import { placeBadge } from '../parts/place-state.tsx';
import { addressOf } from '../route.ts';
import { bytes, clockWords, figure } from '../words.ts';
import { Matters } from './matters.tsx';
import { Trends } from './trends.tsx';

export function OverviewView({ overview }: ViewProps) {
  return (
    <>
      <Matters overview={overview} />
      <Places overview={overview} />
      <Servers overview={overview} />
      <Containers overview={overview} />
      <Trends overview={overview} />
      <LastRun overview={overview} />
    </>
  );
}

type Props = { readonly overview: OverviewAnswer };

function Places({ overview }: Props) {
  const numbers = ['Waiting', 'Parked', 'Held'].map((text) => ({ text, isNumber: true as const }));
  const heads = [
    'Table',
    'Server',
    'State',
    'Behind by',
    'Read up to',
    ...numbers,
    { text: 'Records', isNumber: true as const },
  ];
  return (
    <section class="card" aria-labelledby="places">
      <h2 id="places">Tables and servers</h2>
      <Table caption="Tables and servers" heads={heads}>
        {overview.places.map((row) => (
          <Place
            key={`${row.table} ${row.server}`}
            row={row}
            now={overview.at}
            alarmMs={overview.alarms.lagMs}
          />
        ))}
      </Table>
    </section>
  );
}

const roleWords: Readonly<Record<PlaceRow['role'], string | undefined>> = {
  both: undefined,
  send: 'only sends',
  receive: 'only receives',
};

function Place({
  row,
  now,
  alarmMs,
}: {
  readonly row: PlaceRow;
  readonly now: number;
  readonly alarmMs: number;
}) {
  const role = roleWords[row.role];
  return (
    <tr>
      <th scope="row">{row.table}</th>
      <td class="whole">
        {row.server}
        {role === undefined ? undefined : <div class="muted small">{role}</div>}
      </td>
      <td>
        {placeBadge(row)}
        {row.until === undefined ? undefined : (
          <div class="muted small">
            until <Time at={row.until} />
          </div>
        )}
        {row.failing === undefined ? undefined : <div class="small">{row.failing}</div>}
      </td>
      <td class="numbers">
        {row.lagMs === 0 ? (
          <span class="muted">{row.pending > 0 ? 'stands still' : 'nothing waits'}</span>
        ) : (
          duration(row.lagMs)
        )}
        {row.lagMs > alarmMs ? (
          <>
            {' '}
            <Badge tone="bad">alarm</Badge>
          </>
        ) : undefined}
      </td>
      <td>
        {row.readUpTo === undefined ? (
          <span class="muted">{row.role === 'receive' ? 'it only receives' : 'never'}</span>
        ) : (
          <Ago at={row.readUpTo} now={now} />
        )}
      </td>
      <td class="number">{figure(row.pending)}</td>
      <td class="number">
        <Leading n={row.parked} to={addressOf('parked')} what={`parked of ${row.table} on ${row.server}`} />
      </td>
      <td class="number">
        <Leading n={row.held} to={addressOf('conflicts')} what={`held of ${row.table} on ${row.server}`} />
      </td>
      <td class="number">
        {figure(row.records)}
        {row.hasShare ? <div class="muted small">a share</div> : undefined}
      </td>
    </tr>
  );
}

/** A figure that leads to what it counts, where there is any. */
function Leading({ n, to, what }: { readonly n: number; readonly to: string; readonly what: string }) {
  if (n === 0) return <span class="muted">0</span>;
  return (
    <a href={to}>
      <strong>{figure(n)}</strong>
      <span class="only-read"> {what}</span>
    </a>
  );
}

function Servers({ overview }: Props) {
  return (
    <section class="card" aria-labelledby="servers">
      <h2 id="servers">Servers</h2>
      <Table
        caption="Servers"
        heads={['Server', 'Answers', 'Its clock', 'Against the others', 'Sent today', 'Sent this month']}
      >
        {overview.servers.map((server) => (
          <Server key={server.server} row={server} overview={overview} />
        ))}
      </Table>
    </section>
  );
}

function Server({ row, overview }: { readonly row: ServerRow; readonly overview: OverviewAnswer }) {
  const { clock, skew, sent, failing, woken } = row;
  return (
    <tr>
      <th scope="row">
        {row.server}
        {row.api === 'odata' ? <span class="muted small"> OData</span> : undefined}
      </th>
      <td>
        {failing === undefined ? (
          <Badge tone="good">yes</Badge>
        ) : (
          <>
            <Badge tone="bad">no</Badge> {failing.words}{' '}
            <span class="muted small">
              (since <Ago at={failing.since} now={overview.at} />)
            </span>
          </>
        )}
        {woken === undefined ? <Waking wake={row.wake} /> : <Woken woken={woken} now={overview.at} />}
      </td>
      <td>
        {clock === undefined ? (
          <span class="muted">not measured yet</span>
        ) : (
          <>
            {clockWords(clock.offset)}
            <div class="muted small">
              measured <Ago at={clock.measuredAt} now={overview.at} />
            </div>
            {clock.stampsOffMs === undefined ? undefined : (
              <div>
                <Badge tone="warn">
                  stamps {duration(clock.stampsOffMs)} off its own clock: see its timeZone
                </Badge>
              </div>
            )}
          </>
        )}
      </td>
      <td>
        <Skew skew={skew} alarmMs={overview.alarms.skewMs} />
      </td>
      <td class="numbers">{bytes(sent.today)}</td>
      <td class="numbers">
        {bytes(sent.thisMonth)}
        {sent.share === undefined ? undefined : (
          <div class={sent.share >= 0.8 ? '' : 'muted small'}>
            {Math.round(sent.share * 100)}% of its budget
          </div>
        )}
      </td>
    </tr>
  );
}

/** Before anything is known of them. */
const Waking = ({ wake }: Pick<ServerRow, 'wake'>) =>
  wake === 'webhook' ? <div class="muted small">its webhooks are not set up yet</div> : <></>;

function Woken({ woken, now }: { readonly woken: NonNullable<ServerRow['woken']>; readonly now: number }) {
  if (woken.trouble !== undefined)
    return (
      <div>
        <Badge tone="warn">its calls do not arrive</Badge> {woken.trouble}
      </div>
    );
  const { webhooks, lastCallAt } = woken;
  return (
    <div class="muted small">
      woken by {figure(webhooks)} webhook{webhooks === 1 ? '' : 's'}
      {lastCallAt === undefined ? undefined : (
        <>
          , last called <Ago at={lastCallAt} now={now} />
        </>
      )}
    </div>
  );
}

function Skew({ skew, alarmMs }: { readonly skew: ServerRow['skew']; readonly alarmMs: number }) {
  if (skew === undefined) return <span class="muted">the others are measured against it</span>;
  const isAlarm = Math.abs(skew.ms) > alarmMs;
  return (
    <>
      {duration(skew.ms)} {skew.ms < 0 ? 'behind' : 'ahead of'} {skew.against}{' '}
      {isAlarm ? <Badge tone="warn">alarm: set the clocks right</Badge> : undefined}
    </>
  );
}

/** Nothing where no container is kept the same. */
function Containers({ overview: { containers } }: Props) {
  const { limitBytes, folder, fields, parked, tooLarge } = containers;
  if (fields + parked === 0) return <></>;
  return (
    <section class="card" aria-labelledby="containers">
      <h2 id="containers">Files in containers</h2>
      <p>
        Files up to {bytes(limitBytes)} are carried, of {count(fields, 'container field')}. They are kept in{' '}
        {folder === undefined ? 'the bucket of the stack' : <code>{folder}</code>}.
      </p>
      {parked === 0 ? undefined : (
        <p>
          <a href={addressOf('parked')}>{count(parked, 'record')}</a> {parked === 1 ? 'is' : 'are'} parked for
          a file
          {tooLarge === 0 ? '' : `, ${figure(tooLarge)} of them for one that is larger than that`}.
        </p>
      )}
    </section>
  );
}

function LastRun({ overview: { lastRun, isAtWork, at, place } }: Props) {
  if (place.kind === 'stack') return <></>;
  return (
    <section class="card" aria-labelledby="last-run">
      <h2 id="last-run">Last run</h2>
      {lastRun === undefined ? (
        <p>
          There was none yet. <code class="command">serversync run --once</code> is the first; look at the{' '}
          <a href={addressOf('plan')}>plan</a> before.
        </p>
      ) : (
        <p>
          Began <Ago at={lastRun.startedAt} now={at} />
          {lastRun.endedAt === undefined
            ? isAtWork
              ? ', and is at work'
              : ', and did not come to its end'
            : `, took ${duration(lastRun.endedAt - lastRun.startedAt)}`}
          : {count(lastRun.read, 'record')} read, {figure(lastRun.created)} created, {figure(lastRun.updated)}{' '}
          updated, {figure(lastRun.removed)} deleted, {count(lastRun.conflicts, 'conflict')},{' '}
          {figure(lastRun.parked)} parked.
          {lastRun.failures.length > 0 ? ` It met: ${lastRun.failures.join(', ')}.` : ''}
        </p>
      )}
    </section>
  );
}
