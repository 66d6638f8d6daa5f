/** A mistake on its way through zod, which knows messages alone: it travels as a parameter of the issue. */
import type { z } from 'zod';
import type { Mistake } from './problem.ts';

/** What `refine` takes. */
export const refusedAs = (mistake: Mistake) => ({ message: mistake.message, params: { mistake } });

/** What `addIssue` takes. */
export const issueOf = (mistake: Mistake) => ({ code: 'custom' as const, ...refusedAs(mistake) });

export function mistakeIn({ message, params }: z.core.$ZodIssueCustom): Mistake {
  const mistake: unknown = params?.['mistake'];
  return isMistake(mistake) ? mistake : { code: 'config-wrong-value', message, remedy: 'Correct it' };
}

export const isMistake = (value: unknown): value is Mistake =>
  typeof value === 'object' && value !== null && 'remedy' in value && 'code' in value;
