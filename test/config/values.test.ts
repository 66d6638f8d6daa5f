import { expect, test } from 'vitest';
import { exampleWith, problemsOf } from './examples.ts';
import { wrongAwsValues } from './wrong-aws-values.ts';
import { wrongServerValues } from './wrong-server-values.ts';
import { wrongTableValues } from './wrong-table-values.ts';

test.each([...wrongServerValues, ...wrongTableValues, ...wrongAwsValues])(
  '$name is answered with the place, the value and a remedy',
  ({ path, to, place, value, message, remedy }) => {
    const problems = problemsOf(exampleWith([path, to]));
    expect(problems.map((problem) => problem.place)).toEqual([place]);
    const [problem] = problems;
    expect(problem?.value).toBe(value);
    expect(problem?.message).toContain(message);
    expect(problem?.remedy).toContain(remedy);
  },
);
