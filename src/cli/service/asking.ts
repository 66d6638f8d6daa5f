/** What a program of the system answered that could not do what it was asked. */
import { Refused } from '../refused.ts';
import type { Ran } from './manager.ts';

export function failureOf(command: readonly string[], { code, stdout, stderr }: Ran): Refused {
  const found = (stderr.trim() || stdout.trim() || `exit code ${code}`).split('\n')[0];
  return new Refused('service-failed', `${shown(command)} failed: ${found}. ${remedyOf(command, code)}`);
}

function remedyOf([program = '', ...args]: readonly string[], code: number): string {
  if (code === 127)
    return `This system has no ${program}: have its own service manager start serversync run --watch`;
  if (args[0] === '--user')
    return 'Log in as that user (not by su or sudo), so that its service manager runs, and run it again';
  return 'Run it as an administrator (sudo, or "Run as administrator"), or mend what it says';
}

/** As one would type it. */
export const shown = (command: readonly string[]): string =>
  command.map((one) => (/^[\w@%+=:,./\\-]+$/.test(one) ? one : `'${one}'`)).join(' ');
