/** What is neither read nor written for a while, and to have it go on. */
import { placeName } from '../../../composition/words.ts';
import { useState } from 'preact/hooks';
import type { Pause } from '../../api/overview.ts';
import type { ViewProps } from '../app.tsx';
import { act } from '../call.ts';
import { Ago, Empty, Table, Time } from '../parts/basics.tsx';
import { Confirmed } from '../parts/confirmed.tsx';
import { ServerSelect, TableSelect } from '../parts/places.tsx';

const nameOf = (scope: Pick<Pause, 'table' | 'server'>): string => placeName(scope) || 'everything';

export function PausesView({ overview }: ViewProps) {
  const { pauses, places, at } = overview;
  const inMaintenance = places.filter(({ state }) => state === 'maintenance');
  return (
    <>
      <p>
        What is paused is neither read nor written, also while a run is at work. What waits for it is kept,
        and comes when it goes on. A pause may be made and ended at any time.
      </p>
      <section class="card" aria-labelledby="in-force">
        <h2 id="in-force">Paused now</h2>
        {pauses.length === 0 ? (
          <Empty>Nothing is paused.</Empty>
        ) : (
          <Table caption="Paused now" heads={['What', 'Since', 'Until', '']}>
            {pauses.map((pause) => (
              <Row key={nameOf(pause)} pause={pause} now={at} />
            ))}
          </Table>
        )}
        {inMaintenance.length === 0 ? undefined : (
          <p>
            In a window of maintenance, which ends by itself:{' '}
            {inMaintenance.map(({ table, server }) => `${table} on ${server}`).join(', ')}.
          </p>
        )}
      </section>
      <NewPause overview={overview} />
    </>
  );
}

function Row({ pause, now }: { readonly pause: Pause; readonly now: number }) {
  const { table, server, since, until } = pause;
  const name = nameOf(pause);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <Ago at={since} now={now} />
      </td>
      <td>{until === undefined ? 'it is resumed' : <Time at={until} />}</td>
      <td class="number">
        <Confirmed
          label="Resume"
          about={name}
          title={`Have ${name} go on?`}
          confirm="Resume"
          run={() =>
            act('POST /api/resume', {
              ...(table !== undefined && { table }),
              ...(server !== undefined && { server }),
            })
          }
        >
          <p>It is read and written again, with the next run or by what runs now.</p>
        </Confirmed>
      </td>
    </tr>
  );
}

function NewPause({ overview }: Pick<ViewProps, 'overview'>) {
  const [table, setTable] = useState('');
  const [server, setServer] = useState('');
  const [until, setUntil] = useState('');
  const named = { ...(table !== '' && { table }), ...(server !== '' && { server }) };
  const end = until.trim();
  return (
    <section class="card" aria-labelledby="new-pause">
      <h2 id="new-pause">Pause something</h2>
      <div class="row ends-aligned">
        <TableSelect overview={overview} value={table} choose={setTable} />
        <ServerSelect overview={overview} value={server} choose={setServer} />
        <label class="field">
          <span>Until</span>
          <input
            value={until}
            placeholder="until it is resumed"
            aria-describedby="until-words"
            onInput={(event) => setUntil(event.currentTarget.value)}
          />
        </label>
        <Confirmed
          label="Pause"
          about={nameOf(named)}
          title={`Pause ${nameOf(named)}?`}
          confirm="Pause"
          run={() => act('POST /api/pause', { ...named, ...(end !== '' && { until: end }) })}
        >
          <p>
            It is neither read nor written {end === '' ? 'until you resume it' : `until ${end}`}. What changes
            meanwhile is brought over afterwards.
          </p>
        </Confirmed>
      </div>
      <p class="small muted" id="until-words">
        Such as 18:00, 2026-11-30 06:00 or 2 hours. Empty: until it is resumed.
      </p>
    </section>
  );
}
