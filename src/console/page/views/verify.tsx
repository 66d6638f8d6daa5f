/** Whether all servers hold the same, compared on demand. */
import { count } from '../../../composition/words.ts';
import { findingWords } from '../../../core/finding-words.ts';
import type { Compared, VerifyResult } from '../../api/verify.ts';
import type { ViewProps } from '../app.tsx';
import { Badge, Table } from '../parts/basics.tsx';
import { addressOf } from '../route.ts';
import { figure } from '../words.ts';
import { Failures, JobView } from './job.tsx';

export function VerifyView({ overview }: ViewProps) {
  return (
    <>
      <p>
        Reads all servers and compares them field by field. What differs is looked at once more after some
        minutes, so that what is under way does not count. Nothing is written.
      </p>
      <JobView
        kind="verify"
        overview={overview}
        start="Compare now"
        none="Nothing was compared since the console was started."
      >
        {(result) => (result.kind === 'verify' ? <Result result={result} /> : undefined)}
      </JobView>
    </>
  );
}

const notComparedWords: Readonly<Record<NonNullable<Compared['notCompared']>, string>> = {
  paused: 'it is paused',
  halted: 'it is halted',
  unmet: 'it was not read there yet: a run does it',
  changed: 'its fields or servers changed in the configuration: a run comes first',
  failed: 'the server failed',
};

const findingsOf = ({ missing = 0, extra = 0, different = 0 }: Compared): number =>
  missing + extra + different;

function Result({ result: { compared, failures } }: { readonly result: VerifyResult }) {
  const found = compared.reduce((sum, one) => sum + findingsOf(one), 0);
  const left = compared.filter(({ notCompared }) => notCompared !== undefined).length;
  const numbers = ['Rows', 'Missing', 'Extra', 'Different', 'Under way'].map((text) => ({
    text,
    isNumber: true as const,
  }));
  return (
    <>
      <Failures failures={failures} />
      <section class="card" aria-labelledby="compared">
        <div class="row">
          <h2 id="compared">{titleOf(found, left)}</h2>
        </div>
        <Table caption="What was compared" heads={['Table', 'Server', 'Found', ...numbers]}>
          {compared.map((one) => (
            <Row key={`${one.table} ${one.server}`} one={one} />
          ))}
        </Table>
        {found === 0 ? undefined : (
          <p>
            To mend it as a run and a sweep would: <code class="command">serversync verify --repair</code>
          </p>
        )}
      </section>
      {compared
        .filter(({ findings }) => findings.length > 0)
        .map((one) => (
          <Findings key={`${one.table} ${one.server}`} one={one} />
        ))}
    </>
  );
}

function titleOf(found: number, left: number): string {
  const first =
    found === 0 ? 'The same, as far as was compared' : count(found, 'record differs', 'records differ');
  if (left > 0) return `${first}; ${count(left, 'was', 'were')} not compared`;
  return found === 0 ? 'All servers hold the same' : first;
}

function Row({ one }: { readonly one: Compared }) {
  const { table, server, notCompared, rows = 0, missing = 0, extra = 0, different = 0, underWay = 0 } = one;
  const found = findingsOf(one);
  return (
    <tr>
      <th scope="row">{table}</th>
      <td class="whole">{server}</td>
      {notCompared === undefined ? (
        <>
          <td>
            {found === 0 ? (
              <Badge tone="good">the same</Badge>
            ) : (
              <Badge tone="bad">{figure(found)} differ</Badge>
            )}
          </td>
          {Object.entries({ rows, missing, extra, different, underWay }).map(([name, n]) => (
            <td class="number" key={name}>
              {figure(n)}
            </td>
          ))}
        </>
      ) : (
        <td colSpan={6}>
          <Badge tone="warn">not compared</Badge> {notComparedWords[notCompared]}
        </td>
      )}
    </tr>
  );
}

const whyWords: Readonly<Record<string, string>> = { ...findingWords, parked: 'parked there' };

function Findings({ one: { table, server, findings } }: { readonly one: Compared }) {
  return (
    <section class="card" aria-label={`Found of ${table} on ${server}`}>
      <h2>
        {table} on {server}
      </h2>
      <Table caption={`Found of ${table} on ${server}`} heads={['Record', 'What', 'Fields', 'Why']}>
        {findings.map(({ key, kind, why, code, fields = [] }) => (
          <tr key={`${kind} ${key}`}>
            <th scope="row">
              <a href={addressOf('history', table, key)}>{key}</a>
            </th>
            <td>{kind}</td>
            <td>{fields.join(', ')}</td>
            <td>
              {whyWords[why] ?? why}
              {code === undefined ? '' : ` (${code})`}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
