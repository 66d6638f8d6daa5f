import { expect, test } from 'vitest';
import { example, problemsOf } from './examples.ts';

const cases = [
  { name: 'an empty file', text: '', at: '1:1', message: 'the file is empty' },
  { name: 'a file of comments', text: '# nothing yet\n', at: '1:1', message: 'the file is empty' },
  {
    name: 'a server twice',
    text: example.replace('  branch: { url', '  hq: { url'),
    at: '10:3',
    message: 'the same name stands twice in this map',
  },
  {
    name: 'a tab',
    text: example.replace('    url: https://fm-hq', '\turl: https://fm-hq'),
    at: '4:1',
    message: 'a tab at the start of the line',
  },
  {
    name: 'a bracket left open',
    text: example.replace('email, phone]', 'email, phone'),
    at: '16:5',
    message: 'indented otherwise than the lines it belongs to, or a bracket is not closed',
  },
  {
    name: 'a quote left open',
    text: 'version: "1\n',
    at: '2:1',
    message: 'a quote, bracket, comma or colon is missing',
  },
  {
    name: 'a second document',
    text: `${example}---\na: 1\n`,
    at: '24:1',
    message: 'a second document (after ---)',
  },
  {
    name: 'an alias of nothing',
    text: example.replace('Europe/London', '*zone'),
    at: '10:75',
    message: 'a value that starts with * means an alias, and there is no such anchor (&) before it',
  },
  {
    name: 'an unknown tag',
    text: example.replace('Europe/London', '!zone London'),
    at: '10:75',
    message: 'a value that starts with ! means a tag, and this one is not known',
  },
  {
    name: 'a name that is a list',
    text: example.replace('  branch: {', '  [a, b]: {'),
    at: '10:3',
    message: 'a name that is no text',
  },
  {
    name: 'a name that JavaScript would swallow',
    text: example.replace('  branch: {', '  __proto__: {'),
    at: '10:3',
    message: '__proto__ cannot be used as a name',
  },
  {
    name: 'aliases that multiply',
    text: [
      'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
      'b: &b [*a, *a, *a, *a, *a, *a, *a, *a]',
      'c: &c [*b, *b, *b, *b, *b, *b, *b, *b]',
      'd: [*c, *c, *c, *c, *c, *c, *c, *c]',
    ].join('\n'),
    at: '1:1',
    message: 'aliases (*) that cannot be followed',
  },
  {
    name: 'a value that starts with @',
    text: example.replace('timeZone: America/New_York', 'timeZone: @New_York'),
    at: '6:15',
    message: 'text cannot start with this sign unless it is in quotes',
  },
];

test.each(cases)('$name is answered with line and column', ({ text, at, message }) => {
  const [problem] = problemsOf(text);
  expect(`${problem?.position?.line}:${problem?.position?.column}`).toBe(at);
  expect(problem?.message).toBe(message);
  expect(problem?.remedy).not.toBe('');
});

test.each(['just words', '[1, 2]', '5'])('%s is no configuration', (text) => {
  const [problem] = problemsOf(text);
  expect(problem?.message).toMatch(/where a map belongs$/);
  expect(problem?.remedy).toBe('Wanted here: a map with version: 1, servers and tables');
});

test('a newer version is the only problem told', () => {
  const problems = problemsOf('version: 2\nservers: { hq: { adress: x } }\n');
  expect(problems.map(({ place }) => place)).toEqual(['version']);
});
