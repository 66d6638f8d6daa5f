import { expect, test } from 'vitest';
import { failureOf, shownFailure } from '../../src/cli/failures.ts';
import { Refused } from '../../src/cli/refused.ts';
import { Stopped } from '../../src/cli/stop-signal.ts';
import { ConfigurationError } from '../../src/config/problem.ts';
import { RecordsUnreadable } from '../../src/ports/records.ts';
import { ServerError } from '../../src/ports/server-errors.ts';
import { StateFileError } from '../../src/state/local/state-file-error.ts';

const problem = {
  place: 'servers.hq',
  position: undefined,
  value: undefined,
  code: 'config-empty',
  message: 'm',
  remedy: 'r',
} as const;

test.each([
  { error: new ConfigurationError([problem]), exitCode: 2, code: 'configuration-invalid' },
  {
    error: new StateFileError('state-in-use', '/there', 'in use', 'Wait'),
    exitCode: 1,
    code: 'state-in-use',
  },
  { error: new Refused('simulation-refused', 'no such port'), exitCode: 2, code: 'simulation-refused' },
  { error: new ServerError('layout-missing', 'hq', 'gone'), exitCode: 2, code: 'layout-missing' },
  { error: new ServerError('server-unreachable', 'hq', 'down'), exitCode: 3, code: 'server-unreachable' },
  { error: new ServerError('account-refused', 'hq', 'no'), exitCode: 3, code: 'account-refused' },
  { error: new ServerError('certificate-untrusted', 'hq', 'no'), exitCode: 3, code: 'certificate-untrusted' },
  { error: Object.assign(new Error('full'), { errcode: 13 }), exitCode: 1, code: 'disk-failed' },
  {
    error: new RecordsUnreadable(['k1'], 'its value is gone', { cause: undefined }),
    exitCode: 2,
    code: 'value-missing',
  },
  { error: new Stopped('SIGINT'), exitCode: 1, code: 'stopped' },
])('$code exits with $exitCode', ({ error, exitCode, code }) => {
  expect(failureOf(error)).toMatchObject({ exitCode, code });
});

test('what nobody foresaw is no failure of a kind that people can mend: it keeps its stack', () => {
  expect(failureOf(new TypeError('undefined is not a function'))).toBeUndefined();
  expect(failureOf('text')).toBeUndefined();
});

test.each([
  ['an error', new ServerError('server-unreachable', 'hq', 'no answer'), 'no answer (server-unreachable)'],
  [
    'what ends in a command to copy',
    new Refused('not-halted', 'it is not. Look first:\n    serversync halts'),
    'it is not. Look first: (not-halted)\n    serversync halts',
  ],
  [
    'a configuration, in each of its problems',
    new ConfigurationError([problem]),
    'the configuration has a problem:\nservers.hq\n    m. r (config-empty)',
  ],
])('%s is shown with the code by which it is explained', (_what, error, shown) => {
  const failure = failureOf(error);
  expect(failure && shownFailure(failure)).toBe(shown);
});

test('the problems of a configuration have their codes for a script too', () => {
  expect(failureOf(new ConfigurationError([problem]))?.problems).toEqual([problem]);
});
