/** What people write by hand: a client from npm, one record after the other. In a process of its own. */
import fmDataApi from 'fm-data-api-client';

const [from = '', to = ''] = process.argv.slice(2);
const connect = (url: string) => new fmDataApi.Client(url, 'Main', 'sync', 'sync').layout('Cities_Sync');

const started = performance.now();
const source = connect(from);
const target = connect(to);
let created = 0;
for (let offset = 1; ; offset += 500) {
  const { data } = await source.range({ offset, limit: 500 });
  for (const record of data) {
    const { modified_at: _stamp, ...fields } = record.fieldData;
    await target.create(fields);
    created += 1;
  }
  if (data.length < 500) break;
}
process.stdout.write(`${JSON.stringify({ created, tookMs: performance.now() - started })}\n`);
