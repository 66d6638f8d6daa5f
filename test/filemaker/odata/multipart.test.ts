import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchBody, type Part, partsIn } from '../../../src/filemaker/odata/multipart.ts';

const lines = (...of: readonly string[]): string => of.join('\r\n');

test('a change set is as FileMaker takes it, to the byte', () => {
  const post = { method: 'POST', path: '/fmi/odata/v4/Db/contacts', body: '{"name":"é"}' } as const;
  expect(batchBody([post], 'b', 'application/json')).toBe(
    lines(
      '--b',
      'Content-Type: multipart/mixed; boundary=set_0_b',
      '',
      '--set_0_b',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      '',
      'POST /fmi/odata/v4/Db/contacts HTTP/1.1',
      'Content-Type: application/json',
      'Content-Length: 13',
      '',
      '{"name":"é"}',
      '--set_0_b--',
      '--b--',
      '',
    ),
  );
});

test('what is read stands outside of change sets and ends with two blank lines; a delete has no body', () => {
  const get = { method: 'GET', path: '/fmi/odata/v4/Db/contacts?$top=1', prefer: 'x' } as const;
  const remove = { method: 'DELETE', path: '/fmi/odata/v4/Db/contacts(ROWID=5)' } as const;
  const body = batchBody([get, remove], 'b', 'application/json');
  expect(body).toContain(
    lines(
      'GET /fmi/odata/v4/Db/contacts?$top=1 HTTP/1.1',
      'Accept: application/json',
      'Prefer: x',
      '',
      '',
      '--b',
    ),
  );
  expect(body).toContain(lines('DELETE /fmi/odata/v4/Db/contacts(ROWID=5) HTTP/1.1', '', '', '--set_1_b--'));
});

const flat = (status: string, body: string, type = 'application/json'): string =>
  lines(
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `HTTP/1.1 ${status}`,
    ...(body === '' ? [] : [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`]),
    '',
    body,
  );

const nested = (own: string, part: string): string =>
  lines(`Content-Type: multipart/mixed; boundary=${own}`, '', `--${own}`, part, `--${own}--`);

const whole = (parts: readonly string[], end = '--'): string =>
  lines(...parts.map((part) => lines('--r', part)), `--r${end}`, '');

const type = 'multipart/mixed; boundary=r';

test('answers come flat or within their change set', () => {
  const text = whole([
    flat('200 OK', '{"a":1}'),
    nested('c', flat('204 No Content', '')),
    flat('404 Not Found', '{}'),
  ]);
  expect(partsIn(type, text)).toEqual({
    isWhole: true,
    parts: [
      { status: 200, contentType: 'application/json', text: '{"a":1}' },
      { status: 204, contentType: '', text: '' },
      { status: 404, contentType: 'application/json', text: '{}' },
    ],
  });
});

test('a change set of which nothing can be read keeps its place', () => {
  const text = whole([
    flat('204 No Content', ''),
    lines('Content-Type: multipart/mixed; boundary=c', '', '--c--'),
    lines('Content-Type: text/plain', '', 'no'),
    flat('404 Not Found', '{}'),
  ]);
  expect(partsIn(type, text)?.parts.map(({ status }) => status)).toEqual([204, 0, 0, 404]);
});

test('a boundary is taken for no other that begins with it', () => {
  const text = whole([nested('r_0', flat('204 No Content', '')), nested('r1', flat('404 Not Found', '{}'))]);
  expect(partsIn(type, text)).toMatchObject({ isWhole: true, parts: [{ status: 204 }, { status: 404 }] });
});

test('an answer that was cut off says so, and gives what it has', () => {
  const text = lines('--r', flat('204 No Content', ''), '--r', flat('200 OK', '{"a":'));
  expect(partsIn(type, text)).toMatchObject({ isWhole: false, parts: [{ status: 204 }, { status: 200 }] });
});

test.each([
  ['JSON', 'application/json', '{}'],
  ['no boundary', 'multipart/mixed', '--r'],
  ['another boundary', 'multipart/mixed; boundary=x', whole([flat('204 No Content', '')])],
])('%s is no answer to a batch', (_, contentType, text) =>
  expect(partsIn(contentType, text)).toBeUndefined(),
);

test('whatever bodies hold, parts come back in their order, with line ends of either kind', () => {
  const body = fc.json().map((json) => json.trim());
  const part = fc.tuple(fc.constantFrom(200, 204, 400, 404), body, fc.boolean());
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('\r\n', '\n'), (all, end) => {
      const sent = whole(
        all.map(([status, text, isNested], at) =>
          isNested ? nested(`c${at}`, flat(`${status} X`, text)) : flat(`${status} X`, text),
        ),
      ).replaceAll('\r\n', end);
      const expected = all.map(([status, text]): Part => ({ status, contentType: 'application/json', text }));
      expect(partsIn('multipart/mixed; charset=utf-8; boundary="r"', sent)?.parts).toEqual(expected);
    }),
  );
});
