/** The option of commands that reach servers: where accounts are that the environment does not name. */
import { Option } from 'commander';
import type { Environment } from '../../config/credentials.ts';

export type OfAccounts = { readonly accounts?: string };

export const accountsOption = (): Option =>
  new Option(
    '--accounts <file>',
    'accounts that the environment does not name (default: .serversync/accounts.json beside the configuration)',
  );

/** What a command reaches servers with. */
export const reaching = ({
  accounts,
}: OfAccounts): { readonly environment: Environment; readonly accountsFile?: string } => ({
  environment: process.env,
  ...(accounts !== undefined && { accountsFile: accounts }),
});
