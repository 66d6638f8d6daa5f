/** Asking again and again: while the page is seen, less and less often while nothing answers, at once after an act. */
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Api } from '../api.ts';
import { type Answer, ask, type Asking } from './call.ts';
import { noteAnswer, noteFailure } from './reach.ts';

/** `failure`: the last asking failed; `answer` may be of one before. Neither: nothing has come yet. */
export type Polled<Result> = { readonly answer?: Result; readonly failure?: Error | undefined };

/** Counts acts and wishes to look anew; each has all that is polled asked again at once. */
const acted = signal(0);
export const lookAgain = (): void => {
  acted.value += 1;
};

const longestMs = 30_000;

/** `everyMs` 0: asked once, and after acts. `undefined` as the query: not asked. */
export function usePolled<Name extends Asking>(
  name: Name,
  query: Api[Name]['query'] | undefined,
  everyMs: number,
): Polled<Answer<Name>> {
  const asked = JSON.stringify(query);
  const [polled, setPolled] = useState<Polled<Answer<Name>> & { readonly of?: string | undefined }>({});
  const times = acted.value;
  useEffect(() => {
    if (query === undefined) return undefined;
    return polling({
      ask: (ending) => ask(name, query, ending),
      everyMs,
      note: (next) => setPolled((last) => ({ ...(last.of === asked ? last : {}), ...next, of: asked })),
    });
    // The text of the query says all of it; `times` has it asked anew.
  }, [name, asked, everyMs, times]);
  return polled.of === asked ? polled : {};
}

type Polling<Result> = {
  readonly ask: (ending: AbortSignal) => Promise<Result>;
  readonly everyMs: number;
  readonly note: (polled: { readonly answer?: Result; readonly failure?: Error | undefined }) => void;
};

/** Returns what ends it. */
function polling<Result>({ ask: askOnce, everyMs, note }: Polling<Result>): () => void {
  const ending = new AbortController();
  let timer: number | undefined;
  let failures = 0;
  let isAsking = false;
  const waitMs = (): number =>
    failures === 0 ? everyMs : Math.min((everyMs || 2_000) * 2 ** Math.min(failures - 1, 5), longestMs);
  const look = async (): Promise<void> => {
    window.clearTimeout(timer);
    isAsking = true;
    try {
      const answer = await askOnce(ending.signal);
      failures = 0;
      noteAnswer();
      note({ answer, failure: undefined });
    } catch (error) {
      if (ending.signal.aborted) return;
      failures += 1;
      noteFailure(error, Date.now() + waitMs());
      note({ failure: error instanceof Error ? error : new Error(String(error)) });
    } finally {
      isAsking = false;
    }
    if (!ending.signal.aborted && waitMs() > 0 && !document.hidden)
      timer = window.setTimeout(() => void look(), waitMs());
  };
  const seen = (): void => {
    if (document.hidden) window.clearTimeout(timer);
    else if (!isAsking && everyMs > 0) void look();
  };
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', seen);
  void look();
  return () => {
    ending.abort();
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', seen);
  };
}
