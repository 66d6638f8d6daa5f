/**
 * What the schema found, in words: every issue of zod becomes findings with a remedy. Zod's own messages are not
 * used, since they may repeat what stands in the file.
 */
import type { z } from 'zod';
import { credentialVariables } from './credentials.ts';
import { mistakeIn } from './custom-issue.ts';
import { describedAt, hasForm, namesAt } from './json-schema.ts';
import type { Finding, Mistake, Path } from './problem.ts';
import { didYouMean, nearest } from './suggest.ts';

type Issue = z.core.$ZodIssue;
type ValueAt = (path: Path) => unknown;

export function findingsOf(issues: readonly Issue[], valueAt: ValueAt, under: Path = []): readonly Finding[] {
  return issues.flatMap((issue) => findingsOfIssue(issue, [...under, ...steps(issue.path)], valueAt));
}

/** What is missing because its name is misspelt is one slip: the name says all of it. */
export function withoutMisspelt(findings: readonly Finding[]): readonly Finding[] {
  const meant = findings
    .filter(({ at }) => at === 'name')
    .map(({ path }) => [...path.slice(0, -1), nearest(String(path.at(-1)), namesAt(path.slice(0, -1)))])
    .map((path) => JSON.stringify(path));
  return findings.filter(({ at, code, path }) => {
    const isMissing = at === 'value' && code === 'config-missing';
    return !(isMissing && meant.includes(JSON.stringify(path)));
  });
}

function findingsOfIssue(issue: Issue, path: Path, valueAt: ValueAt): readonly Finding[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownName([...path, key], key));
  if (issue.code === 'invalid_key') return [{ path, at: 'name', ...nameMistakeOf(issue) }];
  const chosen = issue.code === 'invalid_union' ? issue.errors.find(isMeant) : undefined;
  if (chosen) return findingsOf(chosen, valueAt, path);
  return [{ path, at: 'value', ...mistakeOf(issue, path, valueAt(path)) }];
}

/** The alternative of which the value has the shape: its issues lie deeper than the value itself. */
function isMeant(issues: readonly Issue[]): boolean {
  return issues.some(({ path, code }) => path.length > 0 || !shapeCodes.has(code));
}

const shapeCodes: ReadonlySet<string> = new Set(['invalid_type', 'invalid_value', 'invalid_union']);

/** A name with rules of its own says which. */
function nameMistakeOf({ issues }: z.core.$ZodIssueInvalidKey): Mistake {
  const own = issues.find(({ code }) => code === 'custom');
  return own ? mistakeOf(own, [], undefined) : badName;
}

const badName: Mistake = {
  code: 'config-bad-name',
  message: 'not a name that can be used here',
  remedy: 'Names start with a letter and have up to 40 letters, digits, - and _',
};

function unknownName(path: Path, name: string): Finding {
  return { path, at: 'name', ...(credentialMistake(path, name) ?? unknownNameMistake(path, name)) };
}

function unknownNameMistake(path: Path, name: string): Mistake {
  const known = namesAt(path.slice(0, -1));
  return {
    code: 'config-unknown-name',
    message: 'not known here',
    remedy: `${didYouMean(name, known)}Known are ${known.join(', ')}`,
  };
}

function credentialMistake([first, server]: Path, name: string): Mistake | undefined {
  if (!/^(user|account|pass|pwd|secret|token|credential)/i.test(name)) return undefined;
  const { username, password } = credentialVariables(
    first === 'servers' && typeof server === 'string' && server !== name ? server : '<SERVER>',
  );
  return {
    code: 'config-credentials',
    message: 'credentials are never in this file',
    remedy: `Take it out and set ${username} and ${password} in the environment`,
  };
}

function mistakeOf(issue: Issue, path: Path, value: unknown): Mistake {
  if (issue.code === 'custom') return mistakeIn(issue);
  const wanted = describedAt(path) ?? 'Text';
  if (value === undefined)
    return { code: 'config-missing', message: 'missing', remedy: `Add it: ${lowerFirst(wanted)}` };
  if (value === null || value === '')
    return { code: 'config-empty', message: 'empty', remedy: `Wanted here: ${lowerFirst(wanted)}` };
  return {
    code: 'config-wrong-value',
    message: messageOf(issue, value),
    remedy: remedyOf(issue, path, wanted, value),
  };
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

function messageOf(issue: Issue, value: unknown): string {
  if (wantsText(issue) && isPlain(value))
    return `${kindOf(value)} where text belongs${takesBoolean(issue) ? ', or true or false' : ''}`;
  if (issue.code === 'invalid_type')
    return `${kindOf(value)} where ${kinds[issue.expected] ?? issue.expected} belongs`;
  if (issue.code === 'invalid_value') return 'not a value that can stand here';
  if (issue.code === 'too_small') return Array.isArray(value) ? 'empty' : `less than ${issue.minimum}`;
  if (issue.code === 'too_big') return `more than ${issue.maximum}`;
  if (issue.code === 'invalid_format') return 'blanks at an end, or more than one line';
  return `${kindOf(value)} that cannot stand here`;
}

function remedyOf(issue: Issue, path: Path, wanted: string, value: unknown): string {
  const rest = `Wanted here: ${lowerFirst(wanted)}`;
  if (issue.code === 'invalid_value') {
    const meant = issue.values.some((choice) => typeof choice === 'number')
      ? ''
      : didYouMean(String(value), issue.values.map(String));
    return `${meant}Write ${choicesOf(issue.values)}. ${rest}`;
  }
  if (wantsText(issue) && isPlain(value) && !hasForm(path))
    return `Put it in quotes if it is meant: "${String(value)}". ${rest}`;
  return issue.code === 'invalid_union' ? `${nearWord(issue, value)}${rest}` : rest;
}

/** The nearest of the words that are one of the forms. */
function nearWord({ errors }: z.core.$ZodIssueInvalidUnion, value: unknown): string {
  const words = errors.flat().flatMap((error) => (error.code === 'invalid_value' ? error.values : []));
  return typeof value === 'string' ? didYouMean(value, words.map(String)) : '';
}

/** Numbers without a gap are a range. None of them is guessed: which one is near says nothing of which is meant. */
function choicesOf(choices: readonly unknown[]): string {
  const numbers = choices.filter((choice) => typeof choice === 'number').toSorted((a, b) => a - b);
  const [least = 0] = numbers;
  const hasGap = numbers.some((number, at) => number !== least + at);
  if (numbers.length < 2 || numbers.length < choices.length || hasGap)
    return choices.map(String).join(' or ');
  return `a whole number from ${least} to ${numbers.at(-1)}, without quotes`;
}

const takesBoolean = (issue: Issue): boolean =>
  issue.code === 'invalid_union' &&
  issue.errors.flat().some((error) => error.code === 'invalid_type' && error.expected === 'boolean');

/** Every choice in this format has text as one of its forms. */
const wantsText = (issue: Issue): boolean =>
  issue.code === 'invalid_union' || (issue.code === 'invalid_type' && issue.expected === 'string');

const isPlain = (value: unknown): value is number | boolean =>
  typeof value === 'number' || typeof value === 'boolean';

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

/** A schema path has strings and numbers only: the file has no symbols. */
function steps(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

const lowerFirst = (words: string): string =>
  /^[A-Z][a-z ]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
