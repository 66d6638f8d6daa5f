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
  readonly seen: number;
};

/** How often something was decided about a conflict, or one field of it, as it is shown. */
export const decidedIn = (conflicts: readonly ConflictField[], field?: string): number =>
  conflicts.reduce((sum, one) => sum + (field === undefined || one.field === field ? one.decided : 0), 0);

export function Keep({ id, server, fields, field, value, seen: shown }: KeepProps) {
  const what = fields.join(', ');
  return (
    <Confirmed
      label={fields.length > 1 ? `Keep all of ${server}` : `Keep ${server}'s`}
      about={fields.length > 1 ? '' : `value of ${what}`}
      title={`Keep what ${server} had in ${what}?`}
      confirm="Keep it"
      seen={shown}
      run={(force, seen) =>
        act('POST /api/conflict/resolve', {
          id,
          keep: server,
          ...(field !== undefined && { field }),
          ...(force && { force }),
          ...(seen !== undefined && { seen }),
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

export function OwnValue({
  conflict,
  seen: shown,
}: {
  readonly conflict: ConflictField;
  readonly seen: number;
}) {
  const { id, field, held, now, winner } = conflict;
  const before = held ? winner.value : (now?.value ?? winner.value);
  const [text, setText] = useState<string | undefined>(undefined);
  return (
    <Confirmed
      label="Another value …"
      about={`for ${field}`}
      title={`Another value for ${field}`}
      confirm="Use this value"
      seen={shown}
      run={(force, seen) =>
        act('POST /api/conflict/resolve', {
          id,
          field,
          value: text ?? before,
          ...(force && { force }),
          ...(seen !== undefined && { seen }),
        })
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
