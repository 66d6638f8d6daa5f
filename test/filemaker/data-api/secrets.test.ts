import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { anyTime, account, connect, contacts, never } from './bindings.ts';
import { simulate } from '../../contracts/server/simulated.ts';
import type { Effect } from '../../../src/simulator/troubles.ts';

const content = 'Annabel Secretcontent';
const values = { name: content, amount: '4711.4711' };
const range = { kind: 'wall' as const, from: 0 };
const all = { offset: 0, limit: 10 };

const troubles: readonly Effect[] = [
  ...[
    '9',
    '16',
    '102',
    '105',
    '212',
    '300',
    '401',
    '504',
    '802',
    '812',
    '813',
    '952',
    '953',
    '1708',
    '9999',
  ].map((code) => ({ kind: 'error' as const, code })),
  { kind: 'resetBefore' },
  { kind: 'resetAfter' },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 404 },
  { kind: 'truncate' },
  { kind: 'loseSession' },
];

/** Everything that an error or an event could be printed as. */
const printed = (things: unknown): string =>
  inspect(things, { depth: 12, showHidden: true }) + JSON.stringify(things);

test.each(troubles)(
  'R9: nothing that is thrown, answered or logged under %o holds content, password or token',
  async (effect) => {
    await using simulator = await simulate([{ PK: 'k1', Name: content, Amount: '4711.4711' }]);
    await using connected = connect(simulator.url, { sessions: 1 });
    const table = connected.server.table(contacts);
    const said: unknown[] = [];
    await table.list(all, never);
    const tokens = connected.slots.tokens.map((kept) => kept.split('/')[1] ?? kept);
    simulator.control.addTrouble({ effect });
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => table.create(content, values, anyTime, never),
      () => table.update('1', 0, values, never),
      () => table.lookUp([content], never).then(() => 'read'),
      () => table.changed(range, all, never).then(() => 'read'),
      () => table.list(all, never).then(() => 'read'),
      () => connected.server.layout('Sales', 'sync contacts', never),
      () => connected.server.probe(never),
      () => connected.server.close(),
    ];
    for (const attempt of attempts) said.push(await attempt().catch((error: unknown) => error));
    const text = printed([said, connected.events, connected.server, table]);
    expect(tokens).toHaveLength(1);
    for (const secret of [content, '4711.4711', account.password, ...tokens])
      expect(text).not.toContain(secret);
    expect(text).not.toContain(Buffer.from(`${account.username}:${account.password}`).toString('base64'));
  },
);
