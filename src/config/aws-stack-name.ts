/** The name of the stack, which is that of the installation: queues, schedules and alarms begin with it. */
import type { Mistake } from './problem.ts';

export const standardStack = 'ServerSync';

/** Such as `ServerSync North`, and `ServerSync` where the stack has the name that it has by itself. */
export const titleOf = (installation: string): string =>
  installation === standardStack ? standardStack : `ServerSync ${installation}`;

/** Names of schedule groups, which have that of the stack: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html */
const longest = 64;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-using-console-create-stack-parameters.html */
export function stackNameMistake(name: string): Mistake | undefined {
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(name) && name.length <= longest) return undefined;
  return {
    code: 'config-aws-value',
    message: 'not a name that a stack can have here',
    remedy: `Write a letter, then letters, digits and -, at most ${longest} together`,
  };
}
