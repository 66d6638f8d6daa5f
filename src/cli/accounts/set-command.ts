/**
 * `serversync accounts set SERVER`: stores a FileMaker account in a file of this machine that only its owner may read. The
 * password is asked for and not shown, or read from stdin; it is never an argument, which the shell would keep.
 */
import { accountsFileOf, readAccountsFile } from '../../config/accounts-file.ts';
import { type Keyboard, readAccount } from '../account-input.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Output } from '../output.ts';
import { writePrivately } from './private-writing.ts';
import { assertUsable, configurationWith } from './usable-account.ts';

export type SetAccountOptions = {
  readonly configFile: string;
  /** Default: accounts.json in the folder of the state beside the configuration. */
  readonly accountsFile: string | undefined;
  readonly server: string;
  /** Asked for where it is undefined. */
  readonly username: string | undefined;
  readonly keyboard: Keyboard;
  readonly output: Output;
};

/** Throws Refused, ConfigurationError or Stopped. Running it again does no harm. */
export async function setAccountCommand(options: SetAccountOptions): Promise<ExitCode> {
  const { configFile, server, username, keyboard, output } = options;
  await configurationWith(configFile, server);
  const path = accountsFileOf(configFile, options.accountsFile);
  const before = readAccountsFile(path);
  const account = assertUsable(server, await readAccount(server, username, keyboard));
  writePrivately(path, `${JSON.stringify({ ...before, [server]: account }, undefined, 2)}\n`);
  const words = server in before ? 'replaced' : 'stored';
  output.line(`${words} the account of ${server} in ${path}, which only you may read`);
  output.line('    It is used from the next start on, where the environment names no other');
  output.json(() => ({ exitCode: exitCodes.inStep, server, file: path, replaced: server in before }));
  return exitCodes.inStep;
}
