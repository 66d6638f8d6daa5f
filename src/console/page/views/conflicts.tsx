/** Conflicts that are kept: latest first, a row for each field. */
import { useState } from 'preact/hooks';
import type { ConflictField } from '../../api/conflicts.ts';
import type { ViewProps } from '../app.tsx';
import { Ago, Badge, Empty, Of, Table } from '../parts/basics.tsx';
import { TableSelect } from '../parts/places.tsx';
import { usePolled } from '../poll.ts';
import { addressOf } from '../route.ts';

const everyMs = 10_000;
const shownFirst = 100;
const mostShown = 1_000;

export function ConflictsView({ overview }: ViewProps) {
  const [table, setTable] = useState('');
  const [isHeldOnly, setHeldOnly] = useState(overview.sums.held > 0);
  const [limit, setLimit] = useState(shownFirst);
  const query = {
    limit: String(limit),
    ...(table !== '' && { table }),
    ...(isHeldOnly && { held: '1' as const }),
  };
  const found = usePolled('GET /api/conflicts', query, everyMs);
  return (
    <>
      <p>
        Two servers changed the same field, and neither had seen the other's change. What lost is kept; you
        may choose otherwise at any time.
      </p>
      <div class="card">
        <div class="row ends-aligned">
          <TableSelect overview={overview} value={table} choose={setTable} />
          <label class="check">
            <input
              type="checkbox"
              checked={isHeldOnly}
              onChange={(event) => setHeldOnly(event.currentTarget.checked)}
            />
            <span>Only those that wait for a choice</span>
          </label>
        </div>
        <Of polled={found} what="conflicts">
          {({ conflicts, hasMore }) => (
            <>
              <List conflicts={conflicts} now={overview.at} isHeldOnly={isHeldOnly} />
              {hasMore && limit < mostShown ? (
                <div>
                  <button type="button" class="button" onClick={() => setLimit(mostShown)}>
                    Show more than {limit}
                  </button>
                </div>
              ) : undefined}
            </>
          )}
        </Of>
      </div>
    </>
  );
}

type ListProps = {
  readonly conflicts: readonly ConflictField[];
  readonly now: number;
  readonly isHeldOnly: boolean;
};

function List({ conflicts, now, isHeldOnly }: ListProps) {
  if (conflicts.length === 0)
    return (
      <Empty>
        {isHeldOnly
          ? 'No conflict waits for a choice.'
          : 'No conflict is kept: none was found, or they are older than the configuration keeps them.'}
      </Empty>
    );
  return (
    <Table caption="Conflicts" heads={['Record', 'Field', 'Values', 'Outcome', 'Found']}>
      {conflicts.map((conflict) => (
        <Row
          key={`${conflict.id} ${conflict.field} ${conflict.loser.server}`}
          conflict={conflict}
          now={now}
        />
      ))}
    </Table>
  );
}

function Row({ conflict, now }: { readonly conflict: ConflictField; readonly now: number }) {
  const { id, table, key, field, at } = conflict;
  return (
    <tr>
      <th scope="row">
        <a href={addressOf('conflicts', id)}>
          {table}, {key}
        </a>
      </th>
      <td>{field}</td>
      <td>
        {shownSides(conflict).map(({ server, text, isEmpty }) => (
          <div key={server}>
            <span class="muted">{server}:</span> <span class={isEmpty ? 'empty-value' : ''}>{text}</span>
          </div>
        ))}
      </td>
      <td>
        <Outcome conflict={conflict} />
      </td>
      <td>
        <Ago at={at} now={now} />
      </td>
    </tr>
  );
}

const mostInRow = 70;
const oneLine = (value: string): string => {
  const line = value.replaceAll(/\s+/g, ' ');
  return line.length > mostInRow ? `${line.slice(0, mostInRow)}…` : line;
};

function shownSides({ winner, loser, held, candidates }: ConflictField) {
  const sides =
    held && candidates !== undefined
      ? Object.entries(candidates).map(([server, { value }]) => ({ server, value, deleted: undefined }))
      : [winner, loser];
  return sides.map(({ server, value, deleted }) => ({
    server,
    text: deleted ? '(record deleted)' : value === '' ? '(empty)' : oneLine(value),
    isEmpty: deleted === true || value === '',
  }));
}

export function Outcome({ conflict }: { readonly conflict: ConflictField }) {
  const { held, choices, agreedAt, winner, words } = conflict;
  if (held) return <Badge tone="warn">waits for your choice</Badge>;
  const choice = choices.findLast(({ undoneAt }) => undoneAt === undefined);
  if (choice !== undefined)
    return (
      <>
        <Badge tone="good">chosen</Badge>{' '}
        {choice.server === undefined ? 'a value of its own' : `that of ${choice.server}`}
      </>
    );
  if (agreedAt !== undefined) return <>over: the servers hold the same, or the record is gone</>;
  return (
    <>
      {winner.server} won <span class="muted small">({words})</span>
    </>
  );
}
