/** What is halted, why, and the answers that make sense. */
import { useState } from 'preact/hooks';
import type { AnswerKind, Halt, Way } from '../../api/halts.ts';
import type { ViewProps } from '../app.tsx';
import { act } from '../call.ts';
import { Ago, Badge, Command, Empty, Of } from '../parts/basics.tsx';
import { Confirmed } from '../parts/confirmed.tsx';
import { usePolled } from '../poll.ts';
import { addressOf } from '../route.ts';
import { upperFirst } from '../words.ts';

const everyMs = 10_000;

export function HaltsView({ overview, parts }: ViewProps) {
  const halts = usePolled('GET /api/halts', {}, everyMs);
  const [chosen] = parts;
  return (
    <>
      <p>
        What looks dangerous stops that table on that server until you have answered. The others go on, and
        nothing of it was carried out.
      </p>
      <Of polled={halts} what="halts">
        {(answer) =>
          answer.halts.length === 0 ? (
            <div class="card">
              <Empty>
                {chosen === undefined ? 'Nothing is halted.' : 'That halt is over: nothing is halted now.'}
              </Empty>
            </div>
          ) : (
            <>
              {/* The one that was asked for comes first. */}
              {answer.halts
                .toSorted((a, b) => Number(b.id === chosen) - Number(a.id === chosen))
                .map((halt) => (
                  <One key={halt.id} halt={halt} now={overview.at} />
                ))}
            </>
          )
        }
      </Of>
    </>
  );
}

const answerWords: Readonly<Record<AnswerKind, { readonly label: string; readonly told: string }>> = {
  approve: { label: 'Approve', told: 'approved' },
  'put-back': { label: 'Put back', told: 'to be put back' },
  dismiss: { label: 'Dismiss', told: 'dismissed' },
};

function One({ halt, now }: { readonly halt: Halt; readonly now: number }) {
  const { id, table, server, words, more, since, ways, answered } = halt;
  const name = `${table} on ${server}`;
  return (
    <section class="card" aria-label={name}>
      <div class="head">
        <h2>{name}</h2>
        <div class="row">
          <Badge tone="bad">halted</Badge>
          {since === undefined ? undefined : (
            <span class="muted small">
              <Ago at={since} now={now} />
            </span>
          )}
          <span class="mono muted">{id}</span>
        </div>
      </div>
      <p>
        <strong>{upperFirst(words)}</strong>
      </p>
      {more.length === 0 ? undefined : (
        <div class="stack">
          {more.map((line) => (
            <p key={line}>{line.startsWith(' ') ? <Command text={line.trim()} /> : upperFirst(line)}</p>
          ))}
        </div>
      )}
      <Examples halt={halt} />
      {answered === undefined ? (
        <Ways halt={halt} />
      ) : (
        <p class="hint">
          It was answered: {answerWords[answered].told}. It is carried out with the next run.
        </p>
      )}
      {answered === undefined && ways.length === 0 ? (
        <p class="hint">No answer is needed: it goes on by itself once it is mended.</p>
      ) : undefined}
    </section>
  );
}

function Ways({ halt }: { readonly halt: Halt }) {
  return (
    <ul class="matters">
      {halt.ways.map((way) => (
        <Answer key={way.answer} halt={halt} way={way} />
      ))}
    </ul>
  );
}

function Answer({
  halt: { id, table, server, words },
  way: { answer, when, command },
}: {
  halt: Halt;
  way: Way;
}) {
  const { label } = answerWords[answer];
  return (
    <li class="wide">
      <div class="stack">
        <p>{when.trim()}</p>
        <p class="small">
          <Command text={command} />
        </p>
      </div>
      <Confirmed
        label={label}
        about={`${table} on ${server}`}
        title={`${label}: ${table} on ${server}?`}
        {...(answer === 'approve' && { kind: 'grave' as const })}
        confirm={label}
        run={() => act('POST /api/halt/answer', { id, answer })}
      >
        <p>{upperFirst(words)}.</p>
        <p>This is right {lowerFirst(when.replace(/[:.]\s*$/, ''))}. It is carried out with the next run.</p>
      </Confirmed>
    </li>
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function Examples({ halt: { id, table } }: { readonly halt: Halt }) {
  const [isOpen, setOpen] = useState(false);
  const found = usePolled('GET /api/halt', isOpen ? { id } : undefined, 0);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Some of the records that it is about</summary>
      {isOpen ? (
        <Of polled={found} what="some keys">
          {({ examples }) =>
            examples.length === 0 ? (
              <p class="muted">It is not about single records.</p>
            ) : (
              <ul>
                {examples.map((key) => (
                  <li key={key}>
                    <a href={addressOf('history', table, key)}>{key}</a>
                  </li>
                ))}
              </ul>
            )
          }
        </Of>
      ) : undefined}
    </details>
  );
}
