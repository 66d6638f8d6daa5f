/** One version of a record: what made it, what changed, and who has it. */
import { versionWords } from '../../../core/version-words.ts';
import type { ChangedField, HistoryAnswer, HistoryValue, Version } from '../../api/history.ts';
import { Time } from '../parts/basics.tsx';
import { Value } from '../parts/value.tsx';
import { addressOf } from '../route.ts';
import { shownTimeOf, uncertaintyWords } from '../words.ts';
import { PutBack } from './put-back.tsx';

type Props = { readonly version: Version; readonly history: HistoryAnswer };

/** What a person did here is known by our own clock. */
const isExact = ({ changed }: Version): boolean => changed.lo === changed.hi;

export function VersionItem({ version, history }: Props) {
  const { changed, fields, servers } = version;
  return (
    <li class="stack">
      <div class="head">
        <h3>
          <span class="muted">{version.version}</span> {versionWords(version)}
        </h3>
        {version.version < history.version && version.what !== 'deleted' ? (
          <PutBack history={history} version={version.version} />
        ) : undefined}
      </div>
      <p class="small muted">
        <Time at={shownTimeOf(changed)} /> {isExact(version) ? '' : uncertaintyWords(changed)}
      </p>
      {fields.length === 0 ? undefined : (
        <dl class="facts">
          {fields.map((field) => (
            <Changed key={field.field} changed={field} />
          ))}
        </dl>
      )}
      {servers.length === 0 ? undefined : <p class="small muted">{servers.map(serverWords)}</p>}
    </li>
  );
}

function Changed({ changed }: { readonly changed: ChangedField }) {
  const { field, formerly, from, to, added, decided } = changed;
  return (
    <>
      <dt>
        {field}
        {formerly === undefined ? '' : ` (then ${formerly})`}
      </dt>
      <dd>
        <Held value={from} against={to?.value} />
        <span class="muted">
          <span aria-hidden="true"> → </span>
          <span class="only-read"> became </span>
        </span>
        <Held value={to} against={from?.value} />
        {added === undefined ? undefined : (
          <span class="muted">
            {' '}
            ({added.by} added on {added.on})
          </span>
        )}
        {decided.map(({ conflict, rule }) => (
          <span key={conflict}>
            {' '}
            <a href={addressOf('conflicts', conflict.slice(0, 8))}>
              conflict{rule === undefined ? '' : `, ${rule}`}
            </a>
          </span>
        ))}
      </dd>
    </>
  );
}

function Held({
  value,
  against,
}: {
  readonly value: HistoryValue | undefined;
  readonly against: string | undefined;
}) {
  if (value === undefined) return <span class="empty-value">(not kept the same yet)</span>;
  if (value.held === undefined) return <Value value={value.value} against={against} />;
  return (
    <span>
      held:{' '}
      {Object.entries(value.held).map(([server, own], n) => (
        <span key={server}>
          {n === 0 ? '' : ', '}
          {server} <Value value={own} />
        </span>
      ))}
    </span>
  );
}

function serverWords({ server, state, since, latest, code }: Version['servers'][number], n: number) {
  const words = {
    held: 'has it',
    waits: 'waits for it',
    parked: 'parked there',
    'not-its': 'not in its share',
  }[state];
  return (
    <span key={server}>
      {n === 0 ? '' : ' · '}
      {server} {words}
      {code === undefined ? '' : ` (${code})`}
      {since === undefined ? undefined : (
        <>
          {' '}
          since {latest ? 'at the latest ' : ''}
          <Time at={since} />
        </>
      )}
    </span>
  );
}
