/** A parsed filter as a plan for one table. */
import { comparison, textTest } from './compare.ts';
import type { Filter } from './parse.ts';
import { both, either, negated, type Plan } from './plan.ts';
import { valueOf, type Compiling } from './values.ts';

/** Throws 8309 for names and types that do not fit. */
export function compileFilter(filter: Filter, how: Compiling): Plan {
  switch (filter.kind) {
    case 'and':
      return both(filter.parts.map((part) => compileFilter(part, how)));
    case 'or':
      return either(filter.parts.map((part) => compileFilter(part, how)));
    case 'not':
      return negated(compileFilter(filter.part, how));
    case 'compare':
      return comparison(filter.operator, valueOf(filter.left, how), valueOf(filter.right, how), how);
    default:
      return textTest(filter.called, valueOf(filter.of, how), valueOf(filter.text, how), how);
  }
}
