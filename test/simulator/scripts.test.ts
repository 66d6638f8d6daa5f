import { afterEach, expect, test } from 'vitest';
import { benchOf, closeAll, layout, text, type Bench } from './client.ts';

afterEach(closeAll);

async function scripted(): Promise<Bench & { readonly ran: string[] }> {
  const ran: string[] = [];
  const made = await benchOf({
    databases: [
      {
        name: 'Main',
        tables: [{ name: 'Things', fields: [text('name')], rows: [{ name: 'a' }] }],
        layouts: [{ name: 'Things', table: 'Things' }],
        scripts: {
          note: ({ parameter, table }) => {
            ran.push(`${parameter} sees ${table('Things').records().length}`);
            return { result: parameter };
          },
          silent: () => ({}),
          fail: () => ({ error: 101 }),
          refused: ({ table }) => ({ result: String(table('Things').update(99, {}).modId) }),
          add: ({ table }) => ({ result: String(table('Things').create({ name: 'made' }).recordId) }),
        },
      },
    ],
  });
  return { ...made, ran };
}

const stages = {
  script: 'note',
  'script.param': 'after',
  'script.prerequest': 'note',
  'script.prerequest.param': 'before',
  'script.presort': 'note',
  'script.presort.param': 'presort',
};

test('scripts run before the request, before the sort and after it, each with its own result', async () => {
  const { call, ran } = await scripted();
  const made = await call('POST', '/records', { fieldData: { name: 'b' }, ...stages });
  expect(ran).toEqual(['before sees 1', 'presort sees 2', 'after sees 2']);
  expect(made.response).toEqual({
    recordId: '2',
    modId: '0',
    scriptResult: 'after',
    scriptError: '0',
    'scriptResult.prerequest': 'before',
    'scriptError.prerequest': '0',
    'scriptResult.presort': 'presort',
    'scriptError.presort': '0',
  });
  await call('POST', '/_find', { query: [{ name: 'b' }], ...stages });
  await call('GET', `/records?${new URLSearchParams(stages).toString()}`);
  await call('DELETE', `/records/2?${new URLSearchParams(stages).toString()}`);
  expect(ran).toHaveLength(12);
});

test('a script that fails leaves the envelope at code 0 and its error in scriptError', async () => {
  const { call } = await scripted();
  const reply = await call('GET', '/script/fail');
  expect(reply).toMatchObject({ status: 200, code: '0', response: { scriptError: '101' } });
});

test('a step that FileMaker refuses ends the script with its code', async () => {
  const { call } = await scripted();
  expect((await call('GET', '/script/refused')).response).toEqual({ scriptError: '101' });
});

test('a script without a result shows no scriptResult, an unknown one is 104', async () => {
  const { call } = await scripted();
  expect((await call('GET', '/script/silent')).response).toEqual({ scriptError: '0' });
  expect((await call('GET', '/script/nope')).code).toBe('104');
});

test('a script can write, and its parameter arrives by URL', async () => {
  const { call, client, token } = await scripted();
  expect((await call('GET', '/script/add')).response).toEqual({ scriptResult: '2', scriptError: '0' });
  const echoed = await client.send('GET', `${layout}/script/note?script.param=a%20b%26c`, { token });
  expect(echoed.response).toMatchObject({ scriptResult: 'a b&c' });
});

test('the scripts of a file are listed', async () => {
  const { client, token } = await scripted();
  const { response } = await client.send('GET', '/fmi/data/v2/databases/Main/scripts', { token });
  expect(response['scripts']).toContainEqual({ name: 'fail', isFolder: false });
});
