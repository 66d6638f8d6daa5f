/** The buttons that choose the outcome of a conflict. */
import { useState } from 'preact/hooks';
import type { ConflictField } from '../../api/conflicts.ts';
import { act } from '../call.ts';
import { Confirmed } from '../parts/confirmed.tsx';
import { Value } from '../parts/value.tsx';

type KeepProps = {
  readonly id: string;
  readonly server: string;
  /** Named in the question. */
  readonly fields: readonly string[];
  /** Given where it is one of several that are chosen one by one. */
  readonly field?: string;
  readonly value?: string;
};

export function Keep({ id, server, fields, field, value }: KeepProps) {
  const what = fields.join(', ');
  return (
    <Confirmed
      label={fields.length > 1 ? `Keep all of ${server}` : `Keep ${server}'s`}
      about={fields.length > 1 ? '' : `value of ${what}`}
      title={`Keep what ${server} had in ${what}?`}
      confirm="Keep it"
      run={(force) =>
        act('POST /api/conflict/resolve', {
          id,
          keep: server,
          ...(field !== undefined && { field }),
          ...(force && { force }),
        })
      }
    >
      {value === undefined ? undefined : (
        <p>
          <Value value={value} />
        </p>
      )}
      <p>
        It goes to every server with the next run. What it replaces is kept, and you can take the choice back.
      </p>
    </Confirmed>
  );
}

export function OwnValue({ conflict }: { readonly conflict: ConflictField }) {
  const { id, field, held, now, winner } = conflict;
  const before = held ? winner.value : (now?.value ?? winner.value);
  const [text, setText] = useState<string | undefined>(undefined);
  return (
    <Confirmed
      label="Another value …"
      about={`for ${field}`}
      title={`Another value for ${field}`}
      confirm="Use this value"
      run={(force) =>
        act('POST /api/conflict/resolve', { id, field, value: text ?? before, ...(force && { force }) })
      }
    >
      <label class="field">
        <span>The value that all servers shall have</span>
        <textarea value={text ?? before} onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <p class="small muted">
        Dates as 2026-11-22, times as 10:00:00, both together as 2026-11-22T10:00:00. Nothing in it: the field
        becomes empty.
      </p>
    </Confirmed>
  );
}
