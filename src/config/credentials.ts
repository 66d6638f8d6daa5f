/**
 * Accounts of the servers, from environment variables.
 *
 *   R9  A problem names the variable, never what it holds.
 */
import type { ServerName } from '../core/names.ts';
import { ConfigurationError, type Mistake, type Problem } from './problem.ts';

export type Credentials = { readonly username: string; readonly password: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Throws ConfigurationError with every variable that is missing or cannot be used. */
export function credentialsFromEnvironment(
  serverNames: readonly ServerName[],
  environment: Environment,
): ReadonlyMap<ServerName, Credentials> {
  const problems = [
    ...sharedVariables(serverNames),
    ...serverNames.flatMap((server) => variableProblems(server, environment)),
  ];
  if (problems.length > 0)
    throw new ConfigurationError(problems, { what: 'the environment, where accounts are set,' });
  return new Map(serverNames.map((server) => [server, credentialsOf(server, environment)]));
}

export function credentialVariables(server: ServerName): {
  readonly username: string;
  readonly password: string;
} {
  const name = server.startsWith('<') ? server : server.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  return { username: `SERVERSYNC_${name}_USERNAME`, password: `SERVERSYNC_${name}_PASSWORD` };
}

function credentialsOf(server: ServerName, environment: Environment): Credentials {
  const { username, password } = credentialVariables(server);
  return { username: environment[username] ?? '', password: environment[password] ?? '' };
}

function variableProblems(server: ServerName, environment: Environment): readonly Problem[] {
  const variables = credentialVariables(server);
  const { username, password } = credentialsOf(server, environment);
  return [
    ...problem(variables.username, usernameMistake(server, username)),
    ...problem(variables.password, password === '' ? missing(server, 'password') : undefined),
  ];
}

/** HTTP basic authentication ends the name at the first colon; beyond ASCII servers disagree on the encoding. */
function usernameMistake(server: ServerName, username: string): Mistake | undefined {
  if (username === '') return missing(server, 'account name');
  const remedy = `Give the FileMaker account for server ${server} a name of plain letters, digits and signs, and set it here`;
  if (username.includes(':'))
    return {
      code: 'config-account-unusable',
      message: 'a colon in the account name (not shown here)',
      remedy,
    };
  if (!/^[\x20-\x7e]*$/.test(username))
    return {
      code: 'config-account-unusable',
      message: 'a letter beyond ASCII in the account name (not shown here)',
      remedy,
    };
  return undefined;
}

function missing(server: ServerName, what: string): Mistake {
  return {
    code: 'config-account-missing',
    message: 'not set',
    remedy: `Set it to the ${what} of the FileMaker account for server ${server}, or store the account: serversync accounts set ${server}`,
  };
}

function problem(place: string, mistake: Mistake | undefined): readonly Problem[] {
  return mistake ? [{ place, position: undefined, value: undefined, ...mistake }] : [];
}

function sharedVariables(serverNames: readonly ServerName[]): readonly Problem[] {
  const byVariable = Map.groupBy(serverNames, (server) => credentialVariables(server).username);
  return [...byVariable].flatMap(([variable, servers]) => {
    const message = `the variable of more than one server: ${servers.join(', ')}`;
    const remedy = 'Rename one of them so that their letters and digits differ';
    return servers.length < 2 ? [] : problem(variable, { code: 'config-account-unusable', message, remedy });
  });
}
