/** OData: whatever is asked, the server answers. */
import * as fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { basic, closeOData, peopleBench } from './odata-client.ts';

afterEach(closeOData);

const pieces = [
  '/fmi/odata/v4',
  '/Main',
  '.fmp12',
  '/People',
  '/$metadata',
  '%23People',
  '/$count',
  '/$batch',
  '/Script.Echo',
  '/FileMaker_Tables',
  '/FileMaker_Fields',
  '/FileMaker_Indexes',
  "('a')",
  '(ROWID=1)',
  '(1,2)',
  '()',
  '/name',
  '/Webhook.Get(1)',
  '?$filter=',
  '?$select=',
  '&$orderby=',
  '&$expand=',
  '&$top=',
  '&$skiptoken=s1t1',
  '&$count=true',
  'name',
  'ROWID',
  '%22First%20Name%22',
  'FMTID:1065089',
  'FMFID:4296032385',
  '%20eq%20',
  '%20and%20not%20(',
  ')',
  '(',
  ',',
  "'x",
  '%27',
  '%',
  '%zz',
  '+',
  'contains(',
  'null',
  '2026-01-01T00:00:00Z',
  '99999999999999999999',
  '*',
  ';',
  '$',
  'é',
];

const beginnings = [
  '',
  '/People',
  '/People?$filter=',
  "/People('a')",
  '/$batch',
  '/FileMaker_Tables',
  '/FileMaker_Tables/People',
  '/FileMaker_Indexes/People',
  '/Script.Echo',
];

const boundary = 'multipart/mixed; boundary=b';
const bodies = [
  '',
  '{',
  '[]',
  'null',
  '{"name":"x"}',
  '{"name":{"a":1},"age":[]}',
  '{"tableName":"T","fields":[{"name":"a","type":"INT[9]"}]}',
  '{"fields":[{"name":"a","type":"BLOB","default":"x"}]}',
  '{"scriptParameterValue":1}',
  '--b\r\n\r\n--b--',
  '--b\r\nContent-Type: application/http\r\n\r\nGET /fmi/odata/v4/Main/%zz HTTP/1.1\r\n\r\n\r\n--b--',
  '--b\r\nContent-Type: application/http\r\n\r\nGET /fmi/odata/v4/%zz HTTP/1.1\r\n\r\n\r\n--b--',
  '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nPATCH x\r\nContent-Length: -5\r\n\r\n{}',
  '--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n',
];

test('garbage is refused or answered, and never brings the server down', async () => {
  const { server } = await peopleBench();
  const asked = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'BREW'),
    path: fc
      .tuple(fc.constantFrom(...beginnings), fc.array(fc.constantFrom(...pieces), { maxLength: 4 }))
      .map(([begins, parts]) => begins + parts.join('')),
    body: fc.constantFrom(...bodies),
    headers: fc.record(
      {
        accept: fc.constantFrom('*/*', 'application/xml', 'application/json;odata.metadata=none'),
        prefer: fc.constantFrom(
          'return=minimal',
          'fmodata.entity-ids,odata.maxpagesize=1',
          '=,;',
          'maxpagesize=x',
        ),
        'content-type': fc.constantFrom('application/json', boundary, 'multipart/mixed', 'image/png'),
        'odata-version': fc.constantFrom('4.0', '9'),
      },
      { requiredKeys: [] },
    ),
  });
  await fc.assert(
    fc.asyncProperty(asked, async ({ method, path, body, headers }) => {
      const url = `/fmi/odata/v4/Main${path}`;
      const authorization = basic('sync:sync');
      const { outcome } = await server.ask({ method, url, headers: { authorization, ...headers } }, body);
      expect(outcome).toMatchObject({ status: expect.any(Number) });
    }),
    { numRuns: 1_000 },
  );
});

test('each false body is refused or answered wherever a body goes', async () => {
  const { server } = await peopleBench();
  const headers = { authorization: basic('sync:sync'), 'content-type': boundary };
  for (const path of beginnings) {
    for (const body of bodies) {
      for (const method of ['POST', 'PATCH']) {
        const { outcome } = await server.ask({ method, url: `/fmi/odata/v4/Main${path}`, headers }, body);
        expect(outcome).toMatchObject({ status: expect.any(Number) });
      }
    }
  }
});
