import { expect, test } from 'vitest';
import { answerOf } from '../../../src/filemaker/odata/answer.ts';

const json = 'application/json';

const answered = (status: number, contentType: string, text: string) => {
  const told = { date: undefined, accessToken: undefined, sentAt: 0, answeredAt: 0 };
  const answer = answerOf({ kind: 'response', status, contentType, text, ...told });
  return answer.kind === 'envelope' ? answer.code : answer.kind;
};

const error = (code: string | number, message = 'words'): string =>
  JSON.stringify({ error: { code, message } });

const dateIsWrong = 'Date value does not meet validation entry options';

const xml = '<m:error xmlns:m="x"><m:code>503</m:code><m:message>words</m:message></m:error>';

test.each<readonly [number, string, string, string]>([
  [400, json, error('504'), '504'],
  [500, json, error('504'), '504'],
  [500, json, error('301'), '301'],
  [404, json, error('-1023'), '101'],
  [404, json, error('-1020'), '105'],
  [503, json, error('956'), '956'],
  [503, json, error('802'), '802'],
  [401, json, error('212'), '212'],
  [501, json, error('-1003'), '-1003'],
  [501, json, error('8309'), '8309'],
  [502, json, error('8310'), '8310'],
  [500, json, error('500', dateIsWrong), '500'],
])('HTTP %i (%s) with %s is told by FileMaker: %s', (status, type, text, code) => {
  expect(answered(status, type, text)).toBe(code);
});

test.each<readonly [number, string, string]>([
  [504, json, error(504)],
  [502, json, error('502')],
  [503, json, error('ServiceUnavailable')],
  [503, json, error(14)],
  [504, json, error('503')],
  [500, json, error(500, '')],
  [500, json, error(500, 'Internal Server Error')],
  [503, json, error(503, dateIsWrong)],
  [403, json, error(403)],
  [404, json, error('NotFound')],
  [429, json, error(429)],
  [503, 'application/xml', xml],
  [502, json, '{"message":"words"}'],
])(
  'R3: HTTP %i (%s) with %s is told by a gateway, and says nothing of what was done',
  (status, type, text) => {
    expect(answered(status, type, text)).toBe('unreadable');
  },
);

test('an account that is refused is known by the status, whoever says it in whatever words', () => {
  expect(answered(401, json, error(401))).toBe('212');
  expect(answered(401, 'text/html', '<html></html>')).toBe('212');
});
