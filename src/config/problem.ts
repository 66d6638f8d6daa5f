/**
 * What is wrong in a configuration: where, what stands there, why it cannot be, and what would be right.
 *
 *   R9  No problem shows a credential: values that could hold one are left out or cut short.
 */

import type { ProblemCode } from './problem-code.ts';

export type Path = readonly (string | number)[];

export type Position = { readonly file: string; readonly line: number; readonly column: number };

/** A mistake in one value, before it is known where that value stands. */
export type Mistake = { readonly code: ProblemCode; readonly message: string; readonly remedy: string };

/** A mistake with its path; `at` says whether the value or its name is wrong (a name's value is never shown). */
export type Finding = Mistake & { readonly path: Path; readonly at: 'value' | 'name' };

export type Problem = Mistake & {
  /** Such as `servers.hq.timeZone`, or the name of an environment variable. */
  readonly place: string;
  readonly position: Position | undefined;
  /** As it is shown to people: quoted, without anything that could be a credential. */
  readonly value: string | undefined;
};

/** The configuration has to change first. Holds every problem that was found, in the order of the file. */
export class ConfigurationError extends Error {
  readonly code = 'configuration-invalid';
  readonly disposition = 'configuration';
  readonly problems: readonly Problem[];

  /** `what`: where the problems are, such as `the environment`; default `the configuration`. */
  constructor(
    problems: readonly Problem[],
    { what = 'the configuration', ...options }: { readonly cause?: unknown; readonly what?: string } = {},
  ) {
    const ordered = problems.toSorted(byPosition);
    const count = ordered.length === 1 ? 'a problem' : `${ordered.length} problems`;
    super(`${what} has ${count}:\n${formatProblems(ordered)}`, options);
    this.name = 'ConfigurationError';
    this.problems = ordered;
  }
}

/** For a terminal: two lines for each problem. */
export function formatProblems(problems: readonly Problem[]): string {
  return problems.map(formatProblem).join('\n');
}

export function placeOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path.reduce<string>((place, step) => {
    if (typeof step === 'number') return `${place}[${step}]`;
    const name = step.includes('@') ? '…' : step;
    return place === '' ? name : `${place}.${name}`;
  }, '');
}

/** A value as a message may show it; undefined where it has no short form or could hold a credential. */
export function shown(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.includes('@')) return undefined;
  const plain = value.includes('://') ? value.replace(/[?#].*$/s, '…') : value;
  return JSON.stringify(plain.length > longestShown ? `${plain.slice(0, longestShown)}…` : plain);
}

/** Long enough for an address, short enough for one line of a terminal. */
const longestShown = 80;

function formatProblem({ place, position, value, code, message, remedy }: Problem): string {
  const where = position ? `${position.file}:${position.line}:${position.column}  ` : '';
  const what = value === undefined ? place : `${place} is ${value}`;
  return `${where}${what}\n    ${message}. ${remedy} (${code})`;
}

function byPosition(a: Problem, b: Problem): number {
  if (!a.position || !b.position) return Number(!a.position) - Number(!b.position);
  return a.position.line - b.position.line || a.position.column - b.position.column;
}
