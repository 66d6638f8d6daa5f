/**
 * What people write by hand: a client from npm, in a process of its own. With several sessions, as many loops share the work.
 *
 *   node plain-loop.ts '{"from": "http://…", "to": "http://…", "work": "first-sync", "records": 500, "sessions": 1}'
 */
import fmDataApi from 'fm-data-api-client';
import { peerGiven } from './peer.ts';
import { printResult } from './processes.ts';

const { from, to, work, records, sessions } = peerGiven.parse(JSON.parse(process.argv[2] ?? ''));
const connect = (url: string) => new fmDataApi.Client(url, 'Main', 'sync', 'sync');
const source = connect(from);
const targets = Array.from({ length: sessions }, () => connect(to));
const layout = 'Cities_Sync';
const page = 500;

/** All of the table, or what was edited since the table was filled. */
async function next(offset: number) {
  const range = { offset, limit: Math.min(page, records - offset + 1) };
  const cities = source.layout(layout);
  return work === 'first-sync' ? cities.range(range) : cities.find({ modified_at: '>=2/1/2026' }, range);
}

type Fields = Awaited<ReturnType<typeof next>>['data'][number]['fieldData'];

async function write(client: fmDataApi.Client, fields: Fields): Promise<void> {
  const { modified_at: _stamp, ...values } = fields;
  const cities = client.layout(layout);
  if (work === 'first-sync') {
    await cities.create(values);
    return;
  }
  const { data } = await cities.find({ id: `==${String(values['id'])}` });
  const [found] = data;
  if (found === undefined) throw new Error('a record is missing');
  await cities.update(Number(found.recordId), values);
}

const started = performance.now();
let done = 0;
for (let offset = 1; offset <= records; ) {
  const { data } = await next(offset);
  if (data.length === 0) throw new Error('fewer records than asked for');
  const waiting = data.map(({ fieldData }) => fieldData);
  const loop = async (client: fmDataApi.Client): Promise<void> => {
    for (let fields = waiting.shift(); fields !== undefined; fields = waiting.shift()) {
      await write(client, fields);
      done += 1;
    }
  };
  await Promise.all(targets.map(loop));
  offset += data.length;
}
const tookMs = performance.now() - started;
await Promise.all([source, ...targets].map((client) => client.clearToken()));
printResult({ done, tookMs });
if (process.connected) process.disconnect();
