/** Who decided what, and when. */
import { placeName } from '../../../composition/words.ts';
import { useState } from 'preact/hooks';
import type { Act } from '../../api/acts.ts';
import type { ViewProps } from '../app.tsx';
import { Empty, Of, Table, Time } from '../parts/basics.tsx';
import { usePolled } from '../poll.ts';
import { addressOf } from '../route.ts';

const everyMs = 15_000;
const shownFirst = 100;
const mostShown = 1_000;

export function ActsView({ overview }: ViewProps) {
  const [limit, setLimit] = useState(shownFirst);
  const acts = usePolled('GET /api/acts', { limit: String(limit) }, everyMs);
  return (
    <>
      <p>
        What people decided, or had the sync do, latest first. What you do here is put down as{' '}
        <strong>{overview.operator}</strong>.
      </p>
      <Of polled={acts} what="the trail">
        {({ acts: all }) => (
          <div class="card">
            {all.length === 0 ? (
              <Empty>Nothing was decided yet.</Empty>
            ) : (
              <Table caption="Who decided what" heads={['When', 'By', 'What', 'Of']}>
                {all.map((one) => (
                  <Row key={one.id} act={one} />
                ))}
              </Table>
            )}
            {all.length === limit && limit < mostShown ? (
              <div>
                <button type="button" class="button" onClick={() => setLimit(mostShown)}>
                  Show more
                </button>
              </div>
            ) : undefined}
          </div>
        )}
      </Of>
    </>
  );
}

function Row({ act: { at, by, words, how, table, server, key } }: { readonly act: Act }) {
  return (
    <tr>
      <th scope="row">
        <Time at={at} />
      </th>
      <td>{by}</td>
      <td>
        {words}
        {how === undefined || words.includes(how) ? undefined : <div class="small muted">{how}</div>}
      </td>
      <td>
        {placeName({ table, server })}
        {key === undefined || table === undefined ? undefined : (
          <div>
            <a href={addressOf('history', table, key)}>{key}</a>
          </div>
        )}
      </td>
    </tr>
  );
}
