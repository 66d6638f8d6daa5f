/**
 * How large each function is, and how long a cold start takes: a process that has done nothing loads its code, bundled as it is
 * deployed, and answers one event, over emulated DynamoDB, SQS and S3 and simulated servers. Written into docs/aws.md.
 *
 *   npm run bench:cold [-- --rounds 5]
 */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { bundleFunctions, type FunctionName, functionNames } from '../infra/bundle.ts';
import { loadConfiguration } from '../src/config/load.ts';
import { listening } from '../test/end-to-end/support/listening.ts';
import { toolOptions } from '../test/support/tool-options.ts';
import { type ColdStart, coldTable, type Started, started, withColdStarts } from './cold-table.ts';
import { type CostSite, openCostSite } from './cost-site.ts';
import { startProcess } from './processes.ts';

const { rounds } = toolOptions(
  z.object({
    rounds: z.coerce
      .number()
      .int()
      .positive()
      .default(5)
      .describe(
        'cold starts of each function, of which the median counts, a whole number of 1 or more (default: 5)',
      ),
  }),
);

const published =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';

/** What the stack sets beside what the site has set already. */
const deployed = (topicPort: number, folder: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${topicPort}`,
  SERVERSYNC_REPORT_TOPIC: 'arn:aws:sns:eu-west-1:123456789012:topic',
  LAMBDA_TASK_ROOT: folder,
});

/** All has been read and written, so that an event is what it is on most days. */
async function settle(site: CostSite): Promise<void> {
  for (let tick = 0; tick < 4; tick += 1)
    for (const server of ['hq', 'branch']) await site.invoked('enumerate', { server });
  await site.delivered('branch');
  await site.invoked('enumerate', { server: 'branch' });
}

const eventOf: Readonly<Record<FunctionName, (site: CostSite) => Promise<object>>> = {
  enumerate: async () => ({ server: 'hq' }),
  write: messages,
  measure: async () => ({}),
  sweep: async () => ({ server: 'hq' }),
  report: async () => ({}),
  doctor: async () => ({ server: 'hq' }),
  // One without the secret: what is refused costs as much to begin with.
  wake: async () => ({ rawPath: '/', headers: {}, requestContext: { http: { method: 'GET' } } }),
};

/** What enumerate has just put down for the other server. */
async function messages({ state }: CostSite): Promise<object> {
  const rows = await state.control.openBatches('branch', 5);
  if (rows.length === 0) throw new Error('there is nothing to write');
  const Records = rows.map(({ id }) => ({
    messageId: id,
    body: JSON.stringify({ serversync: 1, installation: 'North', server: 'branch', batch: id }),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:branch',
  }));
  return { Records };
}

async function begun(name: FunctionName, folder: string, event: object, topicPort: number): Promise<Started> {
  const argument = { code: join(folder, 'index.mjs'), name, event };
  const child = startProcess('cold-process.ts', argument, deployed(topicPort, folder));
  child.stdout?.pipe(process.stderr);
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`${name} ended with ${String(code)} and told nothing`);
  });
  const [told]: unknown[] = await Promise.race([once(child, 'message'), ended]);
  return started.parse(told);
}

await using site = await openCostSite({ tables: 2, rows: 100, role: 'both' });
await settle(site);
await using folder = await mkdtempDisposable(join(tmpdir(), 'serversync-cold-'));
const configuration = await loadConfiguration(join(process.env['LAMBDA_TASK_ROOT'] ?? '', 'serversync.yaml'));
const bundles = await bundleFunctions(configuration, folder.path);
await using topic = await listening(
  createServer((_, response) => void response.writeHead(200, { 'content-type': 'text/xml' }).end(published)),
);
const runs = new Map<FunctionName, Started[]>(functionNames.map((name) => [name, []]));
for (let round = 1; round <= rounds; round += 1) {
  site.edit(1, round);
  for (const name of functionNames)
    runs.get(name)?.push(await begun(name, bundles[name], await eventOf[name](site), topic.port));
}
const all = functionNames.map((name): ColdStart => {
  const code = readFileSync(join(bundles[name], 'index.mjs'));
  const packedBytes = gzipSync(code).byteLength;
  return { name, codeBytes: code.byteLength, packedBytes, runs: runs.get(name) ?? [] };
});
const table = coldTable(all);
const page = fileURLToPath(new URL('../docs/aws.md', import.meta.url));
writeFileSync(page, withColdStarts(readFileSync(page, 'utf8'), table));
process.stdout.write(`${table}\n`);
