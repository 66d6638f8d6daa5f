/** One conflict, field by field and side by side, to choose the outcome or to take a choice back. */
import type { ConflictAnswer, ConflictField, FieldValue } from '../../api/conflicts.ts';
import type { ViewProps } from '../app.tsx';
import { act } from '../call.ts';
import { Ago, Badge, Of, Time } from '../parts/basics.tsx';
import { Confirmed } from '../parts/confirmed.tsx';
import { Value } from '../parts/value.tsx';
import { usePolled } from '../poll.ts';
import { addressOf } from '../route.ts';
import { shownTimeOf, uncertaintyWords } from '../words.ts';
import { decidedIn, Keep, OwnValue } from './choosing.tsx';
import { Outcome } from './conflicts.tsx';

const everyMs = 10_000;

export function ConflictView({ overview, parts }: ViewProps) {
  const [id = ''] = parts;
  const found = usePolled('GET /api/conflict', { id }, everyMs);
  return (
    <>
      <p>
        <a href={addressOf('conflicts')}>All conflicts</a>
      </p>
      <Of polled={found} what="the conflict">
        {({ conflicts }) => <Fields id={id} conflicts={conflicts} now={overview.at} />}
      </Of>
    </>
  );
}

type Fields = ConflictAnswer['conflicts'];

function Fields({
  id,
  conflicts,
  now,
}: {
  readonly id: string;
  readonly conflicts: Fields;
  readonly now: number;
}) {
  const [first] = conflicts;
  if (first === undefined) return <p>It is not kept any more.</p>;
  const { table, key, at } = first;
  const servers = [...new Set(conflicts.flatMap((one) => sidesOf(one).map(({ server }) => server)))];
  const names = [...new Set(conflicts.map(({ field }) => field))];
  return (
    <>
      <div class="head">
        <dl class="facts">
          <dt>Record</dt>
          <dd>
            {table}, <a href={addressOf('history', table, key)}>{key}</a>
          </dd>
          <dt>Found</dt>
          <dd>
            <Time at={at} />{' '}
            <span class="muted">
              (<Ago at={at} now={now} />)
            </span>
          </dd>
          <dt>Conflict</dt>
          <dd class="mono">{id}</dd>
        </dl>
        {names.length > 1 ? (
          <div class="row" role="group" aria-label="All fields at once">
            {servers.map((server) => (
              <Keep key={server} id={id} server={server} fields={names} seen={decidedIn(conflicts)} />
            ))}
          </div>
        ) : undefined}
      </div>
      {conflicts.map((one) => (
        <Field
          key={`${one.field} ${one.winner.server} ${one.loser.server}`}
          conflict={one}
          isOneOfMany={names.length > 1}
          seen={decidedIn(conflicts, one.field)}
        />
      ))}
    </>
  );
}

type Shown = {
  readonly server: string;
  readonly value: string;
  readonly stamp: FieldValue['stamp'];
  readonly deleted?: true;
  readonly part: 'won' | 'lost' | 'waits' | 'chosen' | 'kept';
};

/** While it is held nobody won: what each server holds now. A choice that stands counts before what was decided. */
function sidesOf(conflict: ConflictField): readonly Shown[] {
  const { held, candidates, winner, loser } = conflict;
  if (held && candidates !== undefined)
    return Object.entries(candidates).map(([server, one]) => ({ server, ...one, part: 'waits' as const }));
  return [
    { ...winner, part: partOf(conflict, winner, 'won') },
    { ...loser, part: partOf(conflict, loser, 'lost') },
  ];
}

function partOf(
  { held, choices, rule }: ConflictField,
  { server, value }: ConflictField['winner'],
  decided: 'won' | 'lost',
): Shown['part'] {
  if (held) return 'waits';
  const chosen = choices.findLast(({ undoneAt }) => undoneAt === undefined);
  if (chosen !== undefined) return chosen.server === server && chosen.value === value ? 'chosen' : 'kept';
  return rule === 'hold' || rule === 'rewritten' ? 'kept' : decided;
}

type FieldProps = {
  readonly conflict: Fields[number];
  readonly isOneOfMany: boolean;
  readonly seen: number;
};

function Field({ conflict, isOneOfMany, seen }: FieldProps) {
  const { field, held, words, base, inexact } = conflict;
  const sides = sidesOf(conflict);
  return (
    <section class="card" aria-label={field}>
      <div class="head">
        <h2>{field}</h2>
        <span>
          <Outcome conflict={conflict} />
        </span>
      </div>
      <p>
        {held
          ? `Each server keeps its own value until you choose: ${words}.`
          : `How it was decided: ${words}.`}
      </p>
      <div class="sides">
        {sides.map((side, n) => (
          <Side
            key={side.server}
            side={side}
            against={sides[n === 0 ? 1 : 0]?.value}
            conflict={conflict}
            isOneOfMany={isOneOfMany}
            seen={seen}
          />
        ))}
        {base === undefined ? undefined : <Base base={base} />}
      </div>
      {inexact ? (
        <p class="small muted">A record was changed more than once: its time may be that of another field.</p>
      ) : undefined}
      <Since conflict={conflict} />
      <div class="row">
        <OwnValue conflict={conflict} seen={seen} />
        <Undo conflict={conflict} seen={seen} />
      </div>
    </section>
  );
}

const partWords = { won: 'won', lost: 'lost, kept', waits: 'waits', chosen: 'chosen', kept: 'kept' } as const;

const partTones = { won: 'good', lost: 'plain', waits: 'warn', chosen: 'good', kept: 'plain' } as const;

type SideProps = {
  readonly side: Shown;
  readonly against: string | undefined;
  readonly conflict: ConflictField;
  readonly isOneOfMany: boolean;
  readonly seen: number;
};

function Side({ side, against, conflict, isOneOfMany, seen }: SideProps) {
  const { server, value, stamp, deleted, part } = side;
  return (
    <div class={`side ${part}`}>
      <div class="head">
        <h3>{server}</h3>
        <Badge tone={partTones[part]}>{partWords[part]}</Badge>
      </div>
      {deleted ? (
        <span class="value empty-value">(record deleted)</span>
      ) : (
        <Value value={value} against={against} />
      )}
      <Stamp stamp={stamp} />
      <div>
        {deleted ? undefined : (
          <Keep
            id={conflict.id}
            server={server}
            fields={[conflict.field]}
            value={value}
            seen={seen}
            {...(isOneOfMany && { field: conflict.field })}
          />
        )}
      </div>
    </div>
  );
}

function Base({ base }: { readonly base: FieldValue }) {
  return (
    <div class="side">
      <div class="head">
        <h3>Before both</h3>
        <Badge tone="plain">base</Badge>
      </div>
      <Value value={base.value} />
      <Stamp stamp={base.stamp} on={base.server} />
    </div>
  );
}

function Stamp({ stamp, on }: { readonly stamp: FieldValue['stamp']; readonly on?: string }) {
  return (
    <p class="small muted">
      changed{on === undefined ? '' : ` on ${on}`} <Time at={shownTimeOf(stamp)} /> {uncertaintyWords(stamp)}
    </p>
  );
}

function Since({ conflict: { now, choices } }: { readonly conflict: ConflictField }) {
  if (now === undefined && choices.length === 0) return <></>;
  return (
    <dl class="facts">
      {choices.map(({ at, value, server, undoneAt }) => (
        <>
          <dt>Chosen</dt>
          <dd>
            <Time at={at} />: <Value value={value} /> {server === undefined ? '' : `of ${server}`}
            {undoneAt === undefined ? undefined : (
              <span class="muted">
                , taken back <Time at={undoneAt} />
              </span>
            )}
          </dd>
        </>
      ))}
      {now === undefined ? undefined : (
        <>
          <dt>Holds now</dt>
          <dd>
            <Value value={now.value} /> <span class="muted small">(of {now.server})</span>
          </dd>
        </>
      )}
    </dl>
  );
}

type UndoProps = { readonly conflict: ConflictField; readonly seen: number };

function Undo({ conflict: { id, field, choices }, seen: shown }: UndoProps) {
  if (!choices.some(({ undoneAt }) => undoneAt === undefined)) return <></>;
  return (
    <Confirmed
      label="Take the choice back"
      about={`of ${field}`}
      title={`Take the choice of ${field} back?`}
      confirm="Take it back"
      seen={shown}
      run={(force, seen) =>
        act('POST /api/conflict/undo', {
          id,
          field,
          ...(force && { force }),
          ...(seen !== undefined && { seen }),
        })
      }
    >
      <p>
        What held before the choice holds again. What was held is held again, and each server keeps what it
        has.
      </p>
    </Confirmed>
  );
}
