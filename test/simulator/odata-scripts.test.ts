/** OData: scripts, changes of the schema, and the tables that describe the file. */
import { afterEach, expect, test } from 'vitest';
import type { ScriptContext } from '../../src/simulator/description.ts';
import { closeOData, peopleBench } from './odata-client.ts';

afterEach(closeOData);

const scripts = {
  Echo: ({ parameter }: ScriptContext) => ({ result: parameter }),
  Fail: () => ({ error: 101 }),
  Where: ({ layout, layoutTable }: ScriptContext) => ({
    result: `${layout}:${layoutTable().records().length}`,
  }),
};

test('a script gets its parameter as text and answers with code and result', async () => {
  const { call } = await peopleBench({}, { scripts });
  const run = async (name: string, value?: unknown) => {
    const sent = value === undefined ? {} : { body: { scriptParameterValue: value } };
    return (await call('POST', `/Script.${name}`, sent)).json;
  };
  expect(await run('Echo', 'hello')).toEqual({ scriptResult: { code: 0, resultParameter: 'hello' } });
  expect(await run('Echo', 12345)).toMatchObject({ scriptResult: { resultParameter: '12345' } });
  expect(await run('Echo', { a: [1, 'x'] })).toMatchObject({
    scriptResult: { resultParameter: '{"a":[1,"x"]}' },
  });
  expect(await run('Echo')).toMatchObject({ scriptResult: { resultParameter: '' } });
});

test('a script that fails is 200 with its code; one that is not there is refused', async () => {
  const { call } = await peopleBench({}, { scripts });
  expect(await call('POST', '/Script.Fail')).toMatchObject({
    status: 200,
    json: { scriptResult: { code: 101 } },
  });
  expect(await call('POST', '/Script.None')).toMatchObject({ status: 400, code: '104' });
  expect(await call('POST', '/Script.Echo', { body: { parameter: 'x' } })).toMatchObject({ status: 400 });
  expect(await call('POST', '/Script.1st')).toMatchObject({ code: '-1002' });
});

test('a script runs for a table and for a record that is there, and by its id from 2026 on', async () => {
  const { call } = await peopleBench({ version: '26' }, { scripts });
  const result = { scriptResult: { code: 0, resultParameter: 'People:3' } };
  expect((await call('POST', '/People/Script.Where')).json).toEqual(result);
  expect((await call('POST', "/People('a')/Script.Where")).json).toEqual(result);
  expect(await call('POST', "/People('none')/Script.Where")).toMatchObject({ status: 404 });
  expect((await call('POST', '/Script.Where')).json).toMatchObject({ scriptResult: { code: 105 } });
  expect((await call('POST', '/Script.FMSID:2')).json).toMatchObject({ scriptResult: { code: 101 } });
});

const company = {
  tableName: 'Company',
  fields: [
    { name: 'Key', type: 'VARCHAR(40)', primary: true },
    { name: 'Staff', type: 'INT', nullable: false },
    { name: 'Notes', type: 'varchar[3]' },
    { name: 'Made', type: 'TIMESTAMP', default: 'CURRENT_TIMESTAMP' },
  ],
};

test('a table that is made is an entity set at once, and the schema has another version', async () => {
  const { call, rows, server } = await peopleBench();
  const version = async () =>
    /SchemaVersion" String="(\w+)"/.exec((await call('GET', '/$metadata')).text)?.[1];
  const before = await version();
  expect(await call('POST', '/FileMaker_Tables', { body: company })).toMatchObject({
    status: 201,
    json: company,
  });
  expect(await version()).not.toBe(before);
  expect(await call('POST', '/Company', { body: { Key: 'k', Staff: 5 } })).toMatchObject({
    status: 201,
    json: { Key: 'k', Staff: 5, Made: '2026-11-23T12:00:00Z' },
  });
  expect(await call('POST', '/Company', { body: { Key: 'k' } })).toMatchObject({ code: '504' });
  expect(await call('POST', '/FileMaker_Tables', { body: company })).toMatchObject({ code: '8309' });
  expect((await call('GET', '/$metadata')).text).toContain('<PropertyRef Name="Key"/>');
  expect(server.control.count({ table: 'Company' })).toBe(1);
  expect(await call('DELETE', '/FileMaker_Tables/Company')).toMatchObject({ status: 204 });
  expect(await call('GET', '/Company')).toMatchObject({ status: 404, code: '-1020' });
  expect(await rows('/People')).toHaveLength(3);
});

test('fields and indexes come and go, and records stay', async () => {
  const { call, server } = await peopleBench();
  const fields = [{ name: 'Phone', type: 'varchar' }];
  expect((await call('PATCH', '/FileMaker_Tables/People', { body: { fields } })).json).toEqual({
    tableName: 'People',
    fields,
  });
  await call('PATCH', "/People('a')", { body: { Phone: '1' } });
  expect(server.control.records({ table: 'People' })[0]?.values).toMatchObject({ name: 'Ada', Phone: '1' });
  const index = await call('POST', '/FileMaker_Indexes/People', { body: { indexName: 'Phone' } });
  expect(index.json).toEqual({ indexName: 'Phone' });
  expect(await call('DELETE', '/FileMaker_Indexes/People/Phone')).toMatchObject({ status: 204 });
  expect(await call('DELETE', '/FileMaker_Tables/People/age')).toMatchObject({ status: 204 });
  expect(await call('GET', '/People?$select=age')).toMatchObject({ code: '8309' });
  expect((await call('GET', "/People('a')")).json).toMatchObject({ name: 'Ada', Phone: '1' });
  expect((await call('POST', '/People', { body: { Phone: '2' } })).json).toMatchObject({ Phone: '2' });
});

test('forms that FileMaker does not take are refused, and so is an account with limits', async () => {
  const { call, server } = await peopleBench();
  expect(await call('DELETE', "/FileMaker_Tables('People')")).toMatchObject({ code: '-1010' });
  expect(await call('POST', '/FileMaker_Indexes', { body: {} })).toMatchObject({ code: '-1003' });
  server.control.addTrouble({ effect: { kind: 'error', code: '303' }, on: ['schema'] });
  expect(await call('DELETE', '/FileMaker_Tables/People')).toMatchObject({ code: '303' });
  const limited = await peopleBench({
    accounts: [{ name: 'sync', password: 'sync', privileges: { delete: false } }],
  });
  expect(await limited.call('DELETE', '/FileMaker_Tables/People')).toMatchObject({ code: '9' });
});

test('the tables that describe the file are read as any other', async () => {
  const { rows, server } = await peopleBench({}, { occurrences: [{ name: 'Staff', table: 'People' }] });
  const bare = { accept: 'application/json;odata.metadata=none' };
  server.control.renameField({ table: 'People', from: 'age', to: 'Age' });
  expect(await rows("/FileMaker_Tables?$filter=TableName%20eq%20'Staff'", bare)).toEqual([
    { TableName: 'Staff', TableId: 1065090, BaseTableName: 'People', BaseFileName: 'Main', ModCount: 1 },
  ]);
  const named = "/FileMaker_Fields?$filter=TableName%20eq%20'Staff'%20and%20FieldName%20eq%20'label'";
  expect(await rows(named, bare)).toEqual([
    {
      TableName: 'Staff',
      FieldName: 'label',
      FieldType: 'varchar',
      FieldId: 38655770754,
      FieldClass: 'Calculated',
      FieldReps: 1,
      ModCount: 1,
    },
  ]);
  expect(await rows('/FileMaker_BaseTables', bare)).toEqual([{ BaseTableName: 'People', ModCount: 1 }]);
  expect(await rows('/FileMaker_BaseTableFields?$select=FieldName&$top=1', bare)).toEqual([
    { FieldName: 'PrimaryKey' },
  ]);
});
