/** Whose account is to be stored, and whether it can be one: the same for a file and for Secrets Manager. */
import type { Configuration } from '../../config/configuration.ts';
import { credentialsFromEnvironment, credentialVariables } from '../../config/credentials.ts';
import { loadConfiguration } from '../../config/load.ts';
import { ConfigurationError } from '../../config/problem.ts';
import { didYouMean } from '../../config/suggest.ts';
import type { ServerName } from '../../core/names.ts';
import type { Account } from '../account-input.ts';
import { Refused } from '../refused.ts';

/** The configuration, which has the server. Throws Refused, ConfigurationError. */
export async function configurationWith(configFile: string, server: ServerName): Promise<Configuration> {
  const configuration = await loadConfiguration(configFile);
  const names = configuration.servers.map(({ name }) => name);
  if (names.includes(server)) return configuration;
  throw new Refused(
    'no-such-server',
    `there is no server ${server} in ${configFile}. ${didYouMean(server, names)}Its servers are ${names.join(', ')}`,
  );
}

/** For a password on the command line. */
export const notAnArgument =
  'give the name of one server and no password: it is asked for. If you wrote one, the shell may have kept it: ' +
  'clear its history and change the password';

/** The same checks as for accounts that come from the environment, in other words. Throws ConfigurationError. */
export function assertUsable(server: ServerName, account: Account): Account {
  const variables = credentialVariables(server);
  try {
    credentialsFromEnvironment([server], {
      [variables.username]: account.username,
      [variables.password]: account.password,
    });
    return account;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problems = error.problems.map((problem) => ({
      ...problem,
      place: problem.place === variables.username ? 'account name' : 'password',
    }));
    throw new ConfigurationError(problems, {
      what: `the account of server ${server}, which was not stored,`,
    });
  }
}
