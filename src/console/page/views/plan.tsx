/** What a run would write now, before there is one. */
import { count } from '../../../composition/words.ts';
import type { PlannedWork, PlanResult } from '../../api/plan.ts';
import type { ViewProps } from '../app.tsx';
import { Badge, Table } from '../parts/basics.tsx';
import { addressOf } from '../route.ts';
import { figure } from '../words.ts';
import { Failures, JobView } from './job.tsx';

export function PlanView({ overview }: ViewProps) {
  return (
    <>
      <p>
        What a run would write now, by reading all servers. Nothing is written, neither to a server nor to the
        state. It holds only as long as nobody works on the servers.
      </p>
      <JobView
        kind="plan"
        overview={overview}
        start="Make a plan"
        none="No plan was made since the console was started."
      >
        {(result) => (result.kind === 'plan' ? <Result result={result} /> : undefined)}
      </JobView>
    </>
  );
}

function Result({ result }: { readonly result: PlanResult }) {
  const { work, conflicts, halted, parked, failures } = result;
  const all = work.reduce((sum, { creates, edits, deletes }) => sum + creates + edits + deletes, 0);
  const numbers = ['Creates', 'Edits', 'Deletes'].map((text) => ({ text, isNumber: true as const }));
  return (
    <>
      <Failures failures={failures} />
      <section class="card" aria-labelledby="work">
        <h2 id="work">
          {all === 0 ? 'A run would write nothing' : `A run would write ${count(all, 'record')}`}
        </h2>
        <Table
          caption="What a run would write"
          heads={['Table', 'Server', ...numbers, 'Fields edited', 'Records']}
        >
          {work.map((one) => (
            <Work key={`${one.table} ${one.server}`} work={one} />
          ))}
        </Table>
      </section>
      {halted.length === 0 ? undefined : <Halted halted={halted} />}
      {conflicts.length === 0 ? undefined : <Conflicts result={result} />}
      {parked.length === 0 ? undefined : (
        <section class="card" aria-labelledby="would-park">
          <h2 id="would-park">Would be parked</h2>
          <ul>
            {parked.map(({ table, server, code, records }) => (
              <li key={`${table} ${server} ${code}`}>
                {table} on {server}: {count(records, 'record')} ({code})
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Work({ work }: { readonly work: PlannedWork }) {
  const { table, server, creates, edits, deletes, fields, parkedNow, records = [] } = work;
  const most = Object.entries(fields).toSorted((a, b) => b[1] - a[1]);
  return (
    <tr>
      <th scope="row">{table}</th>
      <td class="whole">{server}</td>
      {[creates, edits, deletes].map((n, at) => (
        // The three are always the same three.
        <td class="number" key={['creates', 'edits', 'deletes'][at]}>
          {n === 0 ? <span class="muted">0</span> : <strong>{figure(n)}</strong>}
        </td>
      ))}
      <td>
        {most.map(([field, n]) => `${field} ${figure(n)}`).join(', ')}
        {parkedNow === 0 ? undefined : (
          <div class="small">{figure(parkedNow)} of them parked now: refused before, and may be again</div>
        )}
      </td>
      <td>
        {records.length === 0 ? undefined : (
          <details>
            <summary>
              {records.length < creates + edits + deletes ? 'The first ' : ''}
              {count(records.length, 'key')}
            </summary>
            <ul class="keys">
              {records.map(({ kind, key, fields: edited = [] }) => (
                <li key={`${kind} ${key}`}>
                  {kind} <a href={addressOf('history', table, key)}>{key}</a>
                  {edited.length === 0 ? '' : `: ${edited.join(', ')}`}
                </li>
              ))}
            </ul>
          </details>
        )}
      </td>
    </tr>
  );
}

function Halted({ halted }: Pick<PlanResult, 'halted'>) {
  return (
    <section class="card" aria-labelledby="would-halt">
      <h2 id="would-halt">Halts</h2>
      <ul>
        {halted.map(({ id, table, server, words, isNew }) => (
          <li key={id}>
            <Badge tone={isNew ? 'warn' : 'bad'}>{isNew ? 'would halt' : 'is halted'}</Badge> {table} on{' '}
            {server}: {words}
            {isNew ? undefined : (
              <>
                {' '}
                <a href={addressOf('halts', id)}>look and answer</a>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Conflicts({ result: { conflicts, conflicting } }: { readonly result: PlanResult }) {
  return (
    <section class="card" aria-labelledby="would-conflict">
      <h2 id="would-conflict">Conflicts that it would find</h2>
      <Table
        caption="Conflicts that a run would find"
        heads={['Table', 'What would become of them', { text: 'Fields', isNumber: true }]}
      >
        {conflicts.map(({ table, winner, loser, rule, kind, fields, words }) => (
          <tr key={`${table} ${winner} ${loser} ${rule} ${kind}`}>
            <th scope="row">{table}</th>
            <td>{words}</td>
            <td class="number">{figure(fields)}</td>
          </tr>
        ))}
      </Table>
      {conflicting.length === 0 ? undefined : (
        <details>
          <summary>Some of the records</summary>
          <ul class="keys">
            {conflicting.map(({ table, key, field }) => (
              <li key={`${table} ${key} ${field}`}>
                {table}, <a href={addressOf('history', table, key)}>{key}</a>, {field}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
