/**
 * A client that does nothing but write what was made ready before: as many sessions as are allowed, each with a connection of its own, the next
 * request when the last was answered. What it reaches is what the simulated server and the machine really allow.
 *
 *   node bare-loop.ts '{"to": "http://…", "work": "first-sync", "records": 500, "sessions": 8}'
 */
import { Client } from 'undici';
import { practiceAccount } from '../src/simulator/practice.ts';
import { keyOf, recordIdOf, valuesOf } from './generated-rows.ts';
import { bareGiven } from './peer.ts';
import { printResult } from './processes.ts';

const { to, work, records, sessions } = bareGiven.parse(JSON.parse(process.argv[2] ?? ''));
const database = '/fmi/data/v2/databases/Main';
const layout = `${database}/layouts/Cities_Sync/records`;
const json = { 'content-type': 'application/json' };

const ready = Array.from({ length: records }, (_, n) =>
  work === 'first-sync'
    ? { method: 'POST', path: layout, body: JSON.stringify({ fieldData: { id: keyOf(n), ...valuesOf(n) } }) }
    : {
        method: 'PATCH',
        path: `${layout}/${recordIdOf(n)}`,
        body: JSON.stringify({ modId: '0', fieldData: { name: `City number ${n}, edited` } }),
      },
);

type Connection = { readonly client: Client; readonly token: string };

async function connect(): Promise<Connection> {
  const client = new Client(to);
  const { name, password } = practiceAccount;
  const authorization = `Basic ${btoa(`${name}:${password}`)}`;
  const path = `${database}/sessions`;
  const answer = await client.request({
    method: 'POST',
    path,
    headers: { ...json, authorization },
    body: '{}',
  });
  await answer.body.dump();
  return { client, token: String(answer.headers['x-fm-data-access-token']) };
}

async function writeOn({ client, token }: Connection): Promise<void> {
  const headers = { ...json, authorization: `Bearer ${token}` };
  for (let one = ready.pop(); one !== undefined; one = ready.pop()) {
    const answer = await client.request({ ...one, headers });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`a ready-made request got ${answer.statusCode}`);
  }
}

const connections = await Promise.all(Array.from({ length: sessions }, connect));
const started = performance.now();
await Promise.all(connections.map(writeOn));
const tookMs = performance.now() - started;
for (const { client, token } of connections) {
  await client.request({ method: 'DELETE', path: `${database}/sessions/${token}` });
  await client.close();
}
printResult({ done: records, tookMs });
if (process.connected) process.disconnect();
