/** What becomes of a file that does not come. */
import { expect, test } from 'vitest';
import { transferred } from '../../../src/filemaker/http/transfers.ts';
import { defaultRetryPolicy } from '../../../src/filemaker/http/retry.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };
const waiting = { clock, random: () => 0.5, policy: defaultRetryPolicy, log: () => undefined };
const place = { server: 'hq', origin: 'https://hq.example.com', api: 'data' } as const;

const missedBy = (kind: 'notSent' | 'lost' | 'untrusted') =>
  transferred(place, waiting, new AbortController().signal, () =>
    Promise.resolve({ kind: 'missed', reason: 'why', failure: { kind, reason: 'why' } }),
  );

test('a server to which no connection is made is out of reach, and its file is not at fault', async () => {
  await expect(missedBy('notSent')).rejects.toMatchObject({ code: 'server-unreachable', server: 'hq' });
  await expect(missedBy('untrusted')).rejects.toMatchObject({ code: 'certificate-untrusted' });
});

test('a file that breaks off each time is refused, so that it does not keep its server from all else', async () => {
  expect(await missedBy('lost')).toEqual({ kind: 'refused', reason: 'why, tried 4 times' });
});
