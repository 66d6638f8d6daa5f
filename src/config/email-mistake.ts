/** Addresses to which alarms go. */
import type { Mistake } from './problem.ts';

/** One address, loosely: whether it exists shows when its owner confirms the subscription. */
export function emailMistake(text: string): Mistake | undefined {
  if (/^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/.test(text)) return undefined;
  return {
    code: 'config-email',
    message: 'not one e-mail address',
    remedy: 'Write one such as ops@example.com',
  };
}
