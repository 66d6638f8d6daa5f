/** Has a record hold again what it held; what would change is shown before. */
import { useEffect, useState } from 'preact/hooks';
import type { HistoryAnswer, PutBackBody } from '../../api/history.ts';
import { act } from '../call.ts';
import { Trouble } from '../parts/basics.tsx';
import { Confirmed } from '../parts/confirmed.tsx';

type Props = { readonly history: HistoryAnswer; readonly version?: number };

export function PutBack({ history: { table, key }, version }: Props) {
  const body: PutBackBody = { table, key, ...(version !== undefined && { version }) };
  const to =
    version === undefined ? 'what it held when it was deleted' : `what it held after version ${version}`;
  return (
    <Confirmed
      label="Put back to this"
      about={to}
      title={`Put ${key} back?`}
      confirm="Put it back"
      run={() => act('POST /api/history/put-back', body)}
    >
      <p>
        The record holds again {to}. It is a change like any other: it goes to all servers with the next run,
        stands in the history, and can be put back itself.
      </p>
      <Preview body={body} />
    </Confirmed>
  );
}

type Looked = { readonly lines?: readonly string[]; readonly failure?: string };

function Preview({ body }: { readonly body: PutBackBody }) {
  const [looked, setLooked] = useState<Looked>({});
  useEffect(() => {
    act('POST /api/history/put-back', { ...body, dryRun: true }).then(
      ({ done }) => setLooked({ lines: done }),
      (error: unknown) => setLooked({ failure: error instanceof Error ? error.message : String(error) }),
    );
    // Once, when the dialog opens.
  }, []);
  const { lines, failure } = looked;
  if (failure !== undefined) return <Trouble message={failure} />;
  if (lines === undefined) return <p class="muted">Looking at what would change …</p>;
  return (
    <pre class="lines" tabIndex={0} aria-label="What would change">
      {lines.join('\n')}
    </pre>
  );
}
