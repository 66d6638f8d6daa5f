/** Records that were set aside: by cause, with what to look at, and to try them again. */
import { useState } from 'preact/hooks';
import { count, duration } from '../../../composition/words.ts';
import type { ParkedAnswer, ParkedBody, ParkedCause, ParkedKey, ParkedPlace } from '../../api/parked.ts';
import type { ViewProps } from '../app.tsx';
import { act } from '../call.ts';
import { Ago, Badge, Empty, Of, Table } from '../parts/basics.tsx';
import { ServerSelect, TableSelect } from '../parts/places.tsx';
import { Confirmed } from '../parts/confirmed.tsx';
import { usePolled } from '../poll.ts';
import { addressOf } from '../route.ts';
import { upperFirst } from '../words.ts';

const everyMs = 10_000;

export function ParkedView({ overview }: ViewProps) {
  const [table, setTable] = useState('');
  const [server, setServer] = useState('');
  const named = { ...(table !== '' && { table }), ...(server !== '' && { server }) };
  const parked = usePolled('GET /api/parked', named, everyMs);
  return (
    <>
      <p>
        A server refused these records, or they cannot be told from others. The rest goes on. Mend the cause;
        each is tried again when it changes, by itself from time to time, and when you ask for it here.
      </p>
      <div class="row">
        <TableSelect overview={overview} value={table} choose={setTable} />
        <ServerSelect overview={overview} value={server} choose={setServer} />
      </div>
      <Of polled={parked} what="what is parked">
        {(answer) => <Causes answer={answer} named={named} now={overview.at} />}
      </Of>
    </>
  );
}

type CausesProps = { readonly answer: ParkedAnswer; readonly named: ParkedBody; readonly now: number };

function Causes({ answer: { parked, causes }, named, now }: CausesProps) {
  if (parked === 0)
    return (
      <div class="card">
        <Empty>Nothing is parked.</Empty>
      </div>
    );
  return (
    <>
      <div class="head">
        <p>
          <strong>{count(parked, 'record')}</strong> parked, for {count(causes.length, 'cause')}.
        </p>
        <Retry label="Try all of these again" body={named} what={count(parked, 'parked record')} />
      </div>
      {causes.map((cause) => (
        <Cause key={`${cause.code} ${cause.cause}`} cause={cause} now={now} />
      ))}
    </>
  );
}

function Retry({
  label,
  body,
  what,
}: {
  readonly label: string;
  readonly body: ParkedBody;
  readonly what: string;
}) {
  return (
    <Confirmed
      label={label}
      about={label === 'Try again' ? what : ''}
      title={`Try ${what} again?`}
      confirm="Try again"
      run={() => act('POST /api/parked/retry', body)}
    >
      <p>
        They are tried with the next run. What is refused again is parked again; nothing else happens to it.
      </p>
    </Confirmed>
  );
}

function Cause({ cause, now }: { readonly cause: ParkedCause; readonly now: number }) {
  const { code, cause: words, advice, passes, records, places } = cause;
  return (
    <section class="card" aria-label={words}>
      <div class="head">
        <h2>
          {upperFirst(words)} <span class="muted small">({code})</span>
        </h2>
        <div class="row">
          {passes ? <Badge tone="plain">may pass by itself</Badge> : undefined}
          <Badge tone="warn">{count(records, 'record')}</Badge>
        </div>
      </div>
      {advice === undefined ? undefined : <p class="hint">{upperFirst(advice)}.</p>}
      {places.map((place) => (
        <Place key={`${place.table} ${place.server}`} place={place} now={now} />
      ))}
    </section>
  );
}

function Place({ place, now }: { readonly place: ParkedPlace; readonly now: number }) {
  const { table, server, records, since, nextTryAt, keys } = place;
  const name = `${table} on ${server}`;
  return (
    <div class="stack">
      <div class="head">
        <h3>
          {name}: {count(records, 'record')}
        </h3>
        <Retry
          label={`Try ${name} again`}
          body={{ table, server }}
          what={`${count(records, 'record')} of ${name}`}
        />
      </div>
      <p class="small muted">
        Since <Ago at={since} now={now} />
        {nextTryAt === undefined ? '.' : `, tried again by itself ${soon(nextTryAt, now)}.`}
      </p>
      <Table caption={`Parked of ${name}`} heads={['Record', 'Since', 'Refused', 'Fields', '']}>
        {keys.map((key) => (
          <Key key={key.key} place={place} one={key} now={now} />
        ))}
      </Table>
      {records > keys.length ? (
        <p class="small muted">and {count(records - keys.length, 'more record')}</p>
      ) : undefined}
    </div>
  );
}

const soon = (at: number, now: number): string =>
  at <= now ? 'with the next run' : `in ${duration(at - now)}`;

function Key({
  place,
  one,
  now,
}: {
  readonly place: ParkedPlace;
  readonly one: ParkedKey;
  readonly now: number;
}) {
  const { table, server } = place;
  const { key, since, attempts = 1, fields = [], retryAt } = one;
  const hasNone = key.startsWith('(record id ');
  return (
    <tr>
      <th scope="row">{hasNone ? key : <a href={addressOf('history', table, key)}>{key}</a>}</th>
      <td>
        <Ago at={since} now={now} />
      </td>
      <td>
        {count(attempts, 'time')}
        {retryAt === undefined ? undefined : <div class="small muted">again {soon(retryAt, now)}</div>}
      </td>
      <td>{fields.length === 0 ? <span class="muted">not known</span> : fields.join(', ')}</td>
      <td class="number">
        {hasNone ? (
          <span class="muted small">comes out when it has a key</span>
        ) : (
          <Retry label="Try again" body={{ table, server, key }} what={`${key} of ${table} on ${server}`} />
        )}
      </td>
    </tr>
  );
}
