/** OData: `$batch` by its bytes. */
import { afterEach, expect, test } from 'vitest';
import { closeOData, peopleBench, type ODataBench, type ODataReply } from './odata-client.ts';

afterEach(closeOData);

const people = { table: 'People' };

const get = (path: string): string =>
  ['Content-Type: application/http', '', `GET /fmi/odata/v4/Main${path} HTTP/1.1`, '', ''].join('\r\n');

function write(method: string, path: string, body: unknown, length?: number): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `${method} /fmi/odata/v4/Main${path} HTTP/1.1`,
    'Content-Type: application/json',
    `Content-Length: ${length ?? Buffer.byteLength(text)}`,
    '',
    text,
  ].join('\r\n');
}

const joined = (boundary: string, parts: readonly string[]): string =>
  `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;

const setBy = (boundary: string, parts: readonly string[]): string =>
  `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${joined(boundary, parts)}`;

const set = (...parts: readonly string[]): string => setBy('cs_1', parts);

const batch = ({ call }: ODataBench, parts: readonly string[], headers = {}): Promise<ODataReply> =>
  call('POST', '/$batch', {
    raw: joined('batch_1', parts),
    headers: { 'content-type': 'multipart/mixed; boundary=batch_1', ...headers },
  });

/** Statuses and codes of the parts, in order. */
const told = ({ text }: ODataReply): readonly string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)|"code":"([^"]+)"/g)].map(([, status, code]) => status ?? code ?? '');

const names = ({ server }: ODataBench): readonly (string | undefined)[] =>
  server.control.records(people).map(({ values }) => values['name']);

test('reads and writes are answered part by part; writes say 204 and carry nothing', async () => {
  const bench = await peopleBench();
  const reply = await batch(bench, [
    get("/People('a')?$select=name"),
    set(write('POST', '/People', { name: 'é' }), write('PATCH', "/People('b')", { name: 'Bob' })),
    set(write('DELETE', "/People('a')", undefined)),
    get('/People?$select=name&$orderby=ROWID'),
  ]);
  expect(reply.status).toBe(200);
  expect(reply.headers['content-type']).toMatch(/^multipart\/mixed; boundary=b_/);
  expect(told(reply)).toEqual(['200', '204', '204', '204', '200']);
  expect(reply.text.match(/boundary=cs_/g)).toHaveLength(2);
  expect(reply.text).not.toContain('Location');
  expect(names(bench)).toEqual(['Bob', 'cy', 'é']);
});

test('a change set whose boundary begins with that of the batch is one all the same', async () => {
  const bench = await peopleBench();
  const parts = [write('POST', '/People', { name: 'x' }), write('PATCH', "/People('gone')", { nothing: '' })];
  const reply = await batch(bench, [setBy('batch_1_0', parts)]);
  // As one, it has one answer, and nothing of it is done.
  expect(told(reply)).toEqual(['400', '8309']);
  expect(names(bench)).toHaveLength(3);
});

test('a length that counts characters instead of bytes cuts the body', async () => {
  const bench = await peopleBench();
  const reply = await batch(bench, [set(write('POST', '/People', { name: 'é' }, '{"name":"é"}'.length))]);
  expect(told(reply)).toEqual(['400', '-1002']);
  expect(names(bench)).toHaveLength(3);
});

test('a length that is too great swallows the part behind', async () => {
  const bench = await peopleBench();
  const reply = await batch(bench, [
    set(write('POST', '/People', { name: 'x' }, 300), write('POST', '/People', { name: 'y' })),
  ]);
  expect(told(reply)).toEqual(['400', '-1002']);
  expect(names(bench)).toHaveLength(3);
});

test('a read without its blank line is dropped', async () => {
  const bench = await peopleBench();
  const cut = get("/People('a')").slice(0, -2);
  expect(told(await batch(bench, [get("/People('b')"), cut]))).toEqual(['200']);
});

test('after an operation that fails the answer ends and nothing more is done', async () => {
  const bench = await peopleBench();
  const parts = [
    set(write('PATCH', "/People('a')", { name: 'one' })),
    get('/Nowhere'),
    set(write('PATCH', "/People('b')", { name: 'two' })),
  ];
  expect(told(await batch(bench, parts))).toEqual(['204', '404', '-1020']);
  expect(names(bench)).toEqual(['one', 'Bo', 'cy']);
  const prefer = { prefer: 'odata.continue-on-error' };
  expect(told(await batch(bench, parts, prefer))).toEqual(['204', '404', '-1020', '204']);
  expect(names(bench)).toEqual(['one', 'two', 'cy']);
});

test('the preference to go on may be without effect, and going on be the rule', async () => {
  const parts = [get('/Nowhere'), get("/People('a')")];
  const deaf = await peopleBench({ odata: { batch: { continueOnError: false } } });
  expect(told(await batch(deaf, parts, { prefer: 'odata.continue-on-error' }))).toEqual(['404', '-1020']);
  const going = await peopleBench({ odata: { batch: { stopsOnError: false } } });
  expect(told(await batch(going, parts))).toEqual(['404', '-1020', '200']);
});

test('of a change set in which one operation fails nothing stays, and one answer tells so', async () => {
  const bench = await peopleBench();
  bench.server.control.lock({ ...people, recordIds: [2] });
  const parts = [
    set(
      write('POST', '/People', { name: 'new' }),
      write('PATCH', "/People('b')", { name: 'two' }),
      write('PATCH', "/People('a')", { name: 'three' }),
    ),
  ];
  expect(told(await batch(bench, parts))).toEqual(['400', '301']);
  expect(names(bench)).toEqual(['Ada', 'Bo', 'cy']);
  expect(bench.server.control.stats()).toMatchObject({ writes: 0 });
});

test('where change sets are not rolled back, what came before the failure stays', async () => {
  const bench = await peopleBench({ odata: { batch: { rollsBack: false, nestedAnswers: false } } });
  bench.server.control.lock({ ...people, recordIds: [2] });
  const reply = await batch(bench, [
    set(
      write('PATCH', "/People('a')", { name: 'one' }),
      write('PATCH', "/People('b')", { name: 'two' }),
      write('PATCH', "/People('o''c')", { name: 'three' }),
    ),
  ]);
  expect(told(reply)).toEqual(['204', '400', '301']);
  expect(reply.text).not.toContain('boundary=cs_');
  expect(names(bench)).toEqual(['one', 'Bo', 'cy']);
});

test('an update of a key that is not there makes the record in a batch', async () => {
  const bench = await peopleBench();
  const parts = [set(write('PATCH', "/People('zero')", { name: 'Should fail' }))];
  expect(told(await batch(bench, parts))).toEqual(['204']);
  expect(bench.server.control.records(people).at(-1)?.values).toMatchObject({
    PrimaryKey: 'zero',
    name: 'Should fail',
  });
  const strict = await peopleBench({ odata: { upsert: { inBatch: false } } });
  expect(told(await batch(strict, parts))).toEqual(['404', '-1023']);
});

test.each([
  ['/otto/fmi/odata/v4/Main/People', '-1000'],
  ['https://host/otto/fmi/odata/v4/Main/People', '-1000'],
  ['/fmi/odata/v4/Main.fmp12/People', '-1032'],
  ['/fmi/odata/v4/Other/People', '-1032'],
])('an operation of %s is refused with %s', async (path, code) => {
  const bench = await peopleBench();
  const part = `Content-Type: application/http\r\n\r\nGET ${path} HTTP/1.1\r\n\r\n`;
  expect(told(await batch(bench, [part]))).toEqual(['400', code]);
});

test('the batch may name the file with its suffix, its operations may be whole addresses', async () => {
  const bench = await peopleBench();
  const part = `Content-Type: application/http\r\n\r\nGET ${bench.server.url}/fmi/odata/v4/Main/People HTTP/1.1\r\n\r\n`;
  const { call } = bench;
  const headers = { 'content-type': 'multipart/mixed;boundary="b 1"' };
  const reply = await call('POST', '.fmp12/$batch', { raw: joined('b 1', [part]), headers });
  expect(told(reply)).toEqual(['200']);
});

test('a batch in JSON is refused', async () => {
  const { call } = await peopleBench();
  expect(await call('POST', '/$batch', { body: { requests: [] } })).toMatchObject({
    status: 400,
    code: '-1002',
  });
});

test('a trouble strikes an operation by its kind: an error is its answer', async () => {
  const bench = await peopleBench();
  bench.server.control.addTrouble({ effect: { kind: 'error', code: '301' }, on: ['update'], next: 1 });
  const parts = ['a', 'b'].map((key) => set(write('PATCH', `/People('${key}')`, { name: key })));
  expect(told(await batch(bench, parts))).toEqual(['400', '301']);
  expect(told(await batch(bench, parts))).toEqual(['204', '204']);
});

test('a connection that breaks at an operation leaves those before it done', async () => {
  const bench = await peopleBench();
  const parts = ['a', 'b'].map((key) => set(write('PATCH', `/People('${key}')`, { name: key })));
  bench.server.control.addTrouble({ effect: { kind: 'resetBefore' }, on: ['delete'] });
  const withDelete = [...parts.slice(0, 1), set(write('DELETE', "/People('b')", undefined))];
  await expect(batch(bench, withDelete)).rejects.toThrow(/ECONNRESET|closed/);
  expect(names(bench)).toEqual(['a', 'Bo', 'cy']);
  bench.server.control.removeTrouble();
  bench.server.control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['batch'] });
  await expect(batch(bench, parts)).rejects.toThrow(/ECONNRESET|closed/);
  expect(names(bench)).toEqual(['a', 'b', 'cy']);
  expect(bench.server.control.stats().requests).toMatchObject({ batch: 2, update: 3, delete: 1 });
});
