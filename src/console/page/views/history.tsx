/** What changed in one record, found by its key. */
import { useEffect, useState } from 'preact/hooks';
import { count } from '../../../composition/words.ts';
import type { HistoryAnswer } from '../../api/history.ts';
import type { ViewProps } from '../app.tsx';
import { Badge, Empty, Of, Table, Time } from '../parts/basics.tsx';
import { Value } from '../parts/value.tsx';
import { usePolled } from '../poll.ts';
import { addressOf, goTo } from '../route.ts';
import { shownTimeOf, uncertaintyWords } from '../words.ts';
import { PutBack } from './put-back.tsx';
import { VersionItem } from './version.tsx';

const everyMs = 15_000;

export function HistoryView({ overview, parts }: ViewProps) {
  const [table, key] = parts;
  const tables = overview.tables.map((one) => one.table);
  return (
    <>
      <Search tables={tables} table={table ?? tables[0] ?? ''} of={key ?? ''} />
      {table === undefined || key === undefined ? (
        <div class="card">
          <Empty>
            Name a table and the key of a record, to see what changed in it, where, when and by which rule.
          </Empty>
        </div>
      ) : (
        <Found table={table} of={key} />
      )}
    </>
  );
}

type SearchProps = { readonly tables: readonly string[]; readonly table: string; readonly of: string };

function Search({ tables, table, of }: SearchProps) {
  const [chosen, choose] = useState(table);
  const [key, setKey] = useState(of);
  useEffect(() => {
    choose(table);
    setKey(of);
  }, [table, of]);
  return (
    <form
      role="search"
      class="row ends-aligned"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== '') goTo('history', chosen, key);
      }}
    >
      <label class="field">
        <span>Table</span>
        <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
          {tables.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label class="field wide">
        <span>Key of the record</span>
        <input
          type="search"
          value={key}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button main-one">
        Show its history
      </button>
    </form>
  );
}

const shownFirst = 50;
const mostShown = 1_000;

function Found({ table, of }: { readonly table: string; readonly of: string }) {
  const [limit, setLimit] = useState(shownFirst);
  const found = usePolled('GET /api/history', { table, key: of, limit: String(limit) }, everyMs);
  return (
    <Of polled={found} what="its history">
      {(history) => (
        <>
          <Now history={history} />
          <section class="card" aria-labelledby="versions">
            <h2 id="versions">{count(history.versions.length, 'version')}</h2>
            {history.versions.length === 0 ? (
              <p>Nothing changed in it since it is known.</p>
            ) : (
              <ol class="versions">
                {history.versions.map((version) => (
                  <VersionItem key={version.version} version={version} history={history} />
                ))}
              </ol>
            )}
            <End history={history} />
            {history.end === 'more' && limit < mostShown ? (
              <div>
                <button type="button" class="button" onClick={() => setLimit(mostShown)}>
                  Show more
                </button>
              </div>
            ) : undefined}
          </section>
        </>
      )}
    </Of>
  );
}

function Now({ history }: { readonly history: HistoryAnswer }) {
  const { table, key, version, fields, deleted } = history;
  return (
    <section class="card" aria-labelledby="now">
      <div class="head">
        <h2 id="now">
          {table}, {key}
        </h2>
        <div class="row">
          {deleted === undefined ? undefined : <Badge tone="warn">deleted</Badge>}
          <span class="muted">version {version}</span>
        </div>
      </div>
      {deleted === undefined ? undefined : (
        <div class="head">
          <p>
            Deleted on {deleted.server}, <Time at={shownTimeOf(deleted.stamp)} />{' '}
            {uncertaintyWords(deleted.stamp)}.{' '}
            {deleted.isKept ? 'This is what it held.' : 'What it held is not kept any more.'}
          </p>
          {deleted.isKept ? <PutBack history={history} /> : undefined}
        </div>
      )}
      {fields.length === 0 ? undefined : (
        <Table caption="What it holds" heads={['Field', 'Value', 'Set on', 'When']}>
          {fields.map(({ field, value, server, stamp, held }) => (
            <tr key={field}>
              <th scope="row">{field}</th>
              <td>
                {held === undefined ? (
                  <Value value={value} />
                ) : (
                  <>
                    <Badge tone="warn">waits for a choice</Badge>
                    {Object.entries(held).map(([on, own]) => (
                      <div key={on}>
                        <span class="muted">{on}:</span> <Value value={own} />
                      </div>
                    ))}
                  </>
                )}
              </td>
              <td class="whole">{server}</td>
              <td class="whole">
                <Time at={shownTimeOf(stamp)} /> <span class="muted small">{uncertaintyWords(stamp)}</span>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

const endWords: Readonly<Record<HistoryAnswer['end'], string>> = {
  beginning: 'That is all: it was first seen before the oldest of these.',
  more: 'There are older ones.',
  'not kept': 'What lies before is not kept any more, or was not at that time.',
};

function End({ history }: { readonly history: HistoryAnswer }) {
  const { end, oldest, conflicts, version } = history;
  return (
    <>
      <p class="small muted">{endWords[end]}</p>
      {oldest === undefined ? undefined : (
        <details>
          <summary>What it held in version {oldest.version}</summary>
          {oldest.version < version ? <PutBack history={history} version={oldest.version} /> : undefined}
          <Table caption={`Version ${oldest.version}`} heads={['Field', 'Value', 'Set on']}>
            {oldest.fields.map(({ field, value, server }) => (
              <tr key={field}>
                <th scope="row">{field}</th>
                <td>
                  <Value value={value} />
                </td>
                <td class="whole">{server}</td>
              </tr>
            ))}
          </Table>
        </details>
      )}
      {conflicts.length === 0 ? undefined : (
        <details>
          <summary>{count(conflicts.length, 'value')} that lost and never held</summary>
          <ul>
            {conflicts.map(({ id, field, loser }) => (
              <li key={`${id} ${field}`}>
                {field} of {loser.server}: <Value value={loser.value} />{' '}
                <a href={addressOf('conflicts', id)}>conflict {id}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
