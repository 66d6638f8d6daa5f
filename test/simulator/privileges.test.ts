import { afterEach, expect, test } from 'vitest';
import { bench, closeAll, text } from './client.ts';
import type { AccountDescription } from '../../src/simulator/description.ts';

afterEach(closeAll);

const as = (account: Partial<AccountDescription>) =>
  bench([text('name')], [{ name: 'a' }], { accounts: [{ name: 'sync', password: 'sync', ...account }] });

const create = ['POST', '/records', { fieldData: { name: 'b' } }] as const;
const edit = ['PATCH', '/records/1', { fieldData: { name: 'b' } }] as const;
const remove = ['DELETE', '/records/1'] as const;
const read = ['GET', '/records/1'] as const;

test.each([
  [{ create: false }, ['200', '0', '0', '0']],
  [{ edit: false }, ['0', '200', '0', '0']],
  [{ delete: false }, ['0', '0', '0', '200']],
  [{ view: false }, ['0', '200', '200', '200']],
])('with the privileges %j a create, an edit, a read and a delete are %j', async (privileges, codes) => {
  const { call } = await as({ privileges });
  const got: unknown[] = [];
  for (const [method, path, body] of [create, edit, read, remove])
    got.push((await call(method, path, body)).code);
  expect(got).toEqual(codes);
});

test('without the right to view, a list has no records but tells how many the table has', async () => {
  const { call } = await as({ privileges: { view: false } });
  expect((await call('GET', '/records')).response).toMatchObject({
    data: [],
    dataInfo: { foundCount: 0, totalRecordCount: 1 },
  });
  expect((await call('POST', '/_find', { query: [{ name: 'a' }] })).code).toBe('401');
});

test('a layout that the account may not see is not listed, and 105 for whatever is asked of it', async () => {
  const { call, client, token } = await as({ layouts: ['Others'] });
  const listed = await client.send('GET', '/fmi/data/v2/databases/Main/layouts', { token });
  expect(listed.response).toEqual({ layouts: [] });
  for (const [method, path, body] of [create, edit, read, remove])
    expect((await call(method, path, body)).code).toBe('105');
});
