/** Who asks, how many ask at once, what is said, and the end. */
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { openTransport } from '../../../src/filemaker/http/transport.ts';
import type { Effect } from '../../../src/simulator/troubles.ts';
import {
  account,
  all,
  anyTime,
  contactsOf,
  never,
  type Opened,
  openServer,
  type ServerKind,
} from './kind.ts';

export function describeAccount(kind: ServerKind): void {
  describe('account', () => {
    test('an account that is refused is said so, and the server is not asked again for ten minutes', async () => {
      const wrong = { username: 'sync', password: 'not-this-one' };
      await using opened = await openServer(kind, { options: { account: wrong } });
      const { clock } = opened;
      const table = opened.server.table(contactsOf(kind));
      const refused = { code: 'account-refused', fileMakerCode: '212', disposition: 'retry' };
      await expect(table.list(all, never)).rejects.toMatchObject(refused);
      const asked = wrongLogins(opened);
      for (let tries = 0; tries < 5; tries++)
        await expect(table.lookUp(['k1'], never)).rejects.toMatchObject(refused);
      clock.at += 9 * 60_000;
      await expect(table.create('k1', {}, anyTime, never)).rejects.toMatchObject(refused);
      expect(wrongLogins(opened)).toBe(asked);
      clock.at += 2 * 60_000;
      await expect(table.list(all, never)).rejects.toMatchObject(refused);
      expect(wrongLogins(opened)).toBe(asked + 1);
    });

    test('no more requests are under way at once than the configuration allows', async () => {
      const latencyMs = { find: 5 };
      const atOnce = { now: 0, most: 0 };
      await using opened = await openServer(kind, {
        rows: [{ PK: 'k1' }],
        simulator: { latencyMs },
        options: { sessions: 3, niceness: 0, open: counting(atOnce) },
      });
      const looks = Array.from({ length: 20 }, () => opened.table.lookUp(['k1'], never));
      expect((await Promise.all(looks)).flat()).toHaveLength(20);
      expect(atOnce.most).toBe(3);
    });

    test('a request that still waits for its turn ends when its caller gives up, or all do', async () => {
      await using opened = await openServer(kind, {
        rows: [{ PK: 'k1' }],
        simulator: { latencyMs: { find: 20 } },
        options: { sessions: 1 },
      });
      const giveUp = new AbortController();
      await opened.table.lookUp(['k1'], never);
      const { find } = opened.simulator.control.stats().requests;
      const first = opened.table.lookUp(['k1'], never);
      while (opened.simulator.control.stats().requests.find === find) await turn();
      const second = opened.table.lookUp(['k1'], giveUp.signal);
      const third = opened.table.lookUp(['k1'], never);
      const ends = Promise.allSettled([first, second, third]);
      giveUp.abort(new Error('enough'));
      await opened.server.close();
      const [done, left, closed] = await ends;
      expect(done.status).toBe('fulfilled');
      expect(left).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
      expect(closed).toMatchObject({ status: 'rejected', reason: { code: 'server-closed' } });
      await expect(opened.table.list(all, never)).rejects.toMatchObject({ code: 'server-closed' });
    });

    test.each(troubles)(
      'R9: nothing that is thrown, answered or logged under %o holds content or password',
      async (effect) => {
        const rows = [{ PK: 'k1', Name: content, Amount: '4711.4711' }];
        await using opened = await openServer(kind, { rows, options: { sessions: 1 } });
        const { table, server, simulator, events } = opened;
        await table.list(all, never);
        simulator.control.addTrouble({ effect });
        const attempts: readonly (() => Promise<unknown>)[] = [
          () => table.create(content, values, anyTime, never),
          () => table.update('1', 0, values, never),
          () => table.remove('1', anyTime, never),
          () => table.lookUp([content], never).then(() => 'read'),
          () => table.changed({ kind: 'wall', from: 0 }, all, never).then(() => 'read'),
          () => table.read('1', never).then(() => 'read'),
          () => server.layout('Sales', kind.layout, never),
          () => server.probe(never),
          () => server.close(),
        ];
        const said: unknown[] = [];
        for (const attempt of attempts) said.push(await attempt().catch((error: unknown) => error));
        const things = [said, events, server, table];
        const text = inspect(things, { depth: 12, showHidden: true }) + JSON.stringify(things);
        for (const secret of [content, '4711.4711', account.password]) expect(text).not.toContain(secret);
        expect(text).not.toContain(Buffer.from(`${account.username}:${account.password}`).toString('base64'));
      },
    );
  });
}

const wrongLogins = ({ simulator }: Opened): number => simulator.control.stats().answers['212'] ?? 0;

const counting =
  (atOnce: { now: number; most: number }): typeof openTransport =>
  (options) => {
    const transport = openTransport(options);
    const send: typeof transport.send = async (request, signal) => {
      atOnce.now += 1;
      atOnce.most = Math.max(atOnce.most, atOnce.now);
      try {
        return await transport.send(request, signal);
      } finally {
        atOnce.now -= 1;
      }
    };
    return { ...transport, send };
  };

const content = 'Annabel Secretcontent';
const values = { name: content, amount: '4711.4711' };

const troubles: readonly Effect[] = [
  ...['9', '16', '102', '105', '212', '504', '802', '813', '953', '9999'].map(
    (code): Effect => ({ kind: 'error', code }),
  ),
  { kind: 'resetBefore' },
  { kind: 'resetAfter' },
  { kind: 'html', status: 502 },
  { kind: 'truncate' },
];
