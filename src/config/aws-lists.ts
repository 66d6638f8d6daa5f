/** What AWS takes of several things at once: so many, and none of them twice. */
import type { z } from 'zod';
import { issueOf } from './custom-issue.ts';
import type { Mistake, Path } from './problem.ts';

type Issues<Value> = z.core.$RefinementCtx<Value>;

function issue<Value>(issues: Issues<Value>, path: Path, mistake: Mistake): void {
  issues.addIssue({ path: [...path], ...issueOf(mistake) });
}

/** `things`: what they are together, such as `subnets`. */
export const distinct =
  (things: string, most: number) =>
  (values: readonly string[], issues: Issues<string[]>): void => {
    values.forEach((value, index) => {
      if (values.indexOf(value) < index)
        issue(issues, [index], {
          code: 'config-twice',
          message: 'named twice',
          remedy: 'Take one of the two out',
        });
    });
    tooMany(things, most, values.length, issues);
  };

/** Of IAM, which takes two names that differ by capitals for one. */
export const distinctNames =
  (things: string, most: number) =>
  (values: Readonly<Record<string, string>>, issues: Issues<Record<string, string>>): void => {
    const seen = new Map<string, string>();
    for (const name of Object.keys(values)) {
      const other = seen.get(name.toLowerCase());
      seen.set(name.toLowerCase(), other ?? name);
      if (other === undefined) continue;
      const message = `the same as ${other} but for capitals, and AWS takes them for one`;
      issue(issues, [name], {
        code: 'config-twice',
        message,
        remedy: 'Take one of the two out, or give it another name',
      });
    }
    tooMany(things, most, Object.keys(values).length, issues);
  };

function tooMany<Value>(things: string, most: number, count: number, issues: Issues<Value>): void {
  if (count > most)
    issue(issues, [], {
      code: 'config-aws-limit',
      message: `${count} ${things}, and ${most} are the most that AWS takes`,
      remedy: `Name ${most} or fewer`,
    });
}
