/** Small parts that every view uses. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Polled } from '../poll.ts';
import { ago, localTime, utcTime } from '../words.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

const signs: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '▲', plain: '' };

/** A word with a sign and a colour: never the colour alone. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      {signs[tone] === '' ? undefined : <span aria-hidden="true">{signs[tone]}</span>}
      {children}
    </span>
  );
}

/** In the zone of who looks; UTC behind it. */
export function Time({ at }: { readonly at: number }) {
  return (
    <time class="numbers" dateTime={new Date(at).toISOString()} title={utcTime(at)}>
      {localTime(at)}
    </time>
  );
}

/** How long ago, by the instant that an answer is of. */
export function Ago({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={`${localTime(at)}, ${utcTime(at)}`}>
      {ago(at, now)}
    </time>
  );
}

/** The present instant, every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="empty-list">
      <p>{children}</p>
    </div>
  );
}

export function Trouble({ message }: { readonly message: string }) {
  return (
    <div class="trouble" role="alert">
      {message.split('\n').map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  );
}

type OfProps<Result> = {
  readonly polled: Polled<Result>;
  readonly what: string;
  readonly children: (answer: Result) => ComponentChildren;
};

/** What was asked for; that it is loading; or why it did not come. An answer from before stays while later ones fail. */
export function Of<Result>({ polled, what, children }: OfProps<Result>) {
  const { answer, failure } = polled;
  return (
    <>
      {failure !== undefined && failure.name === 'Refused' ? (
        <Trouble message={failure.message} />
      ) : undefined}
      {answer === undefined ? (
        failure === undefined ? (
          <p class="muted" aria-busy="true">
            Loading {what} …
          </p>
        ) : undefined
      ) : (
        children(answer)
      )}
    </>
  );
}

/** A command of the terminal that does or shows the same. */
export function Command({ text }: { readonly text: string }) {
  return <code class="command">{text}</code>;
}

type TableProps = {
  readonly caption: string;
  readonly heads: readonly (string | { readonly text: string; readonly isNumber: true })[];
  readonly children: ComponentChildren;
};

/** Wide tables scroll by themselves, by keyboard too. */
export function Table({ caption, heads, children }: TableProps) {
  return (
    <div class="scrolls" role="group" aria-label={caption} tabIndex={0}>
      <table class="table">
        <caption class="only-read">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head) =>
              typeof head === 'string' ? (
                <th scope="col" key={head}>
                  {head}
                </th>
              ) : (
                <th scope="col" class="number" key={head.text}>
                  {head.text}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

type SelectProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  /** What stands for none of them. */
  readonly all: string;
  readonly choose: (value: string) => void;
};

export function Select({ label, value, options, all, choose }: SelectProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
