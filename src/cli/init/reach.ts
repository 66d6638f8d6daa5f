/** Getting to a server: its address, an account, its files and its time zone, each tried at once and asked for again where it fails. */
import type { Credentials, Environment } from '../../config/credentials.ts';
import { credentialVariables } from '../../config/credentials.ts';
import { timeZoneMistake } from '../../config/time-zone-mistake.ts';
import { isLoopback, urlMistake } from '../../config/url-mistake.ts';
import { type Api, apiNames } from '../../core/api.ts';
import type { ServerName } from '../../core/names.ts';
import { isBefore, lacksOverOData, oldestOverOData, productName } from '../../core/server-version.ts';
import type { Inspection } from '../../ports/inspection.ts';
import { ServerError } from '../../ports/server-errors.ts';
import { assertUsable } from '../accounts/usable-account.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { type Asked, type AskedServer, isName, nameMistake } from './asked.ts';
import type { Questions } from './questions.ts';
import { type Spoken, spokenApi } from './spoken-api.ts';

/** A server that answered, with an account that it took. */
export type Reached = {
  readonly name: ServerName;
  readonly url: string;
  readonly api: Api;
  readonly caFile?: string;
  readonly timeZone: string;
  readonly account: Credentials;
  /** Whether the account was typed, and lies nowhere yet. */
  readonly isTyped: boolean;
  readonly databases: readonly string[];
  readonly inspection: Inspection;
};

export type OpenInspection = (
  of: AskedServer & { readonly api: Api; readonly caFile?: string; readonly account?: Credentials },
) => Inspection;

export type Reaching = {
  readonly asked: Asked;
  readonly questions: Questions;
  readonly output: Output;
  /** Where accounts are that need not be typed: the environment, with those of the file. */
  readonly environment: Environment;
  readonly open: OpenInspection;
  readonly signal: AbortSignal;
};

/** At least two. Throws Refused, ServerError, Stopped; then those that were reached are closed. */
export async function reachServers(reaching: Reaching): Promise<readonly Reached[]> {
  const reached: Reached[] = [];
  const { asked, questions } = reaching;
  const more = async (): Promise<boolean> => {
    if (asked.servers.length > 0) return reached.length < Math.max(2, asked.servers.length);
    return reached.length < 2 || questions.yes({ message: 'Is there another server?', initial: false });
  };
  try {
    while (await more()) reached.push(await reach(reaching, reached));
    return reached;
  } catch (error) {
    await Promise.all(reached.map(({ inspection }) => inspection.close()));
    throw error;
  }
}

async function reach(reaching: Reaching, before: readonly Reached[]): Promise<Reached> {
  const { asked, output } = reaching;
  const given = asked.servers[before.length];
  const name = given?.name ?? (await askName(reaching, before));
  const { url, caFile, spoken } = await answering(reaching, name, given?.url);
  const { api } = spoken;
  const loggedIn = await loggingIn(reaching, { name, url, ...caFile }, spoken);
  try {
    await assertNewEnough(loggedIn, name, reaching);
    const timeZone = await zoneOf(reaching, name, url);
    output.line(`    ${name}: ${loggedIn.databases.join(', ')} can be looked at`);
    return { name, url, api, ...caFile, timeZone, ...loggedIn };
  } catch (error) {
    await loggedIn.inspection.close();
    throw error;
  }
}

function askName({ questions }: Reaching, before: readonly Reached[]): Promise<string> {
  const example = ['hq', 'branch'][before.length];
  return questions.text({
    message: `A short name for server ${before.length + 1}:`,
    instead: '--server NAME=ADDRESS, for at least two servers',
    ...(example !== undefined && { initial: example }),
    check: (name) => {
      if (before.some((other) => other.name === name)) return 'Another server has that name';
      return isName(name) ? undefined : `Not a name: ${nameMistake}`;
    },
  });
}

type Answering = {
  readonly url: string;
  readonly caFile: { readonly caFile?: string };
  readonly spoken: Spoken;
};

/** Asked without an account, as the password shall not go to what is no FileMaker Server. */
async function answering(reaching: Reaching, name: string, given: string | undefined): Promise<Answering> {
  const { asked, questions } = reaching;
  let caFile = asked.caFiles.get(name);
  for (let url = given; ; url = undefined) {
    const address = url ?? (await askAddress(questions, name));
    const mistake = urlMistake(address);
    if (mistake !== undefined)
      throw new Refused('not-asked', `--server ${name}: ${mistake.message}. ${mistake.remedy}`);
    const trusted = caFile === undefined ? {} : { caFile };
    try {
      const spoken = await spokenApi({ name, url: address, ...trusted }, reaching);
      return { url: new URL(address).origin, caFile: trusted, spoken };
    } catch (error) {
      tellOrThrow(error, reaching);
      if (error instanceof ServerError && error.code === 'certificate-untrusted')
        caFile = await askCa(questions, name);
    }
  }
}

const askAddress = (questions: Questions, name: string): Promise<string> =>
  questions.text({
    message: `Address of ${name}, such as https://fm-${name}.example.com:`,
    instead: `--server ${name}=ADDRESS`,
    check: (text) => {
      const mistake = urlMistake(text);
      return mistake && `${mistake.message}. ${mistake.remedy}`;
    },
  });

const askCa = (questions: Questions, name: string): Promise<string> =>
  questions.text({
    message: `File of the authority that signed the certificate of ${name} (PEM):`,
    instead: `--ca-file ${name}=FILE`,
  });

/** Where somebody can be asked again, a failure of the server is only told. */
function tellOrThrow(error: unknown, { questions, output }: Pick<Reaching, 'questions' | 'output'>): void {
  if (!questions.isAsking || !(error instanceof ServerError)) throw error;
  output.line(`    ${error.message}`);
}

type LoggedIn = Pick<Reached, 'account' | 'isTyped' | 'databases' | 'inspection'>;

async function loggingIn(
  reaching: Reaching,
  server: AskedServer & { readonly caFile?: string },
  { api, isOther }: Spoken,
): Promise<LoggedIn> {
  const { environment, output, open, signal } = reaching;
  const { username, password } = credentialVariables(server.name);
  const stored = { username: environment[username] ?? '', password: environment[password] ?? '' };
  for (let isStored = stored.username !== '' && stored.password !== ''; ; isStored = false) {
    const account = isStored ? stored : await askAccount(reaching, server.name);
    const inspection = open({ ...server, api, account });
    try {
      const files = await filesOf(reaching, server.name, await inspection.databases(signal));
      const databases = await usable(reaching, inspection, files);
      return { account, isTyped: !isStored, databases, inspection };
    } catch (error) {
      await inspection.close();
      if (isOther && error instanceof ServerError && error.code === 'account-refused')
        output.line(`    ${otherWay(server.name, api)}`);
      tellOrThrow(error, reaching);
    }
  }
}

/** An account may be let in by one of them alone. */
const otherWay = (name: ServerName, api: Api): string => {
  const other = api === 'data' ? 'odata' : 'data';
  return `${apiNames[api]} of ${name} refused the account; ${apiNames[other]} answers there too: --api ${name}=${other} takes it`;
};

async function askAccount({ questions, output }: Reaching, name: string): Promise<Credentials> {
  const variables = credentialVariables(name);
  const instead = `${variables.username} and ${variables.password} in the environment, or --accounts FILE`;
  for (;;) {
    const username = await questions.text({ message: `Account name on ${name}:`, instead });
    const password = await questions.secret({ message: `Password on ${name} (not shown):`, instead });
    try {
      return assertUsable(name, { username, password });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      output.line(`    ${error.message}`);
    }
  }
}

async function filesOf(
  { asked, questions }: Reaching,
  name: ServerName,
  files: readonly string[],
): Promise<readonly string[]> {
  const given = asked.databases.get(name);
  if (given !== undefined) return given;
  if (files.length === 0)
    throw new Refused(
      'not-asked',
      `${name} shows no file to this account: name one with --database ${name}=FILE`,
    );
  if (files.length === 1) return files;
  const chosen = await questions.several({
    message: `Files of ${name} whose tables are to be kept the same:`,
    choices: files.map((file) => ({ name: file, value: file, isChecked: true })),
  });
  return chosen.length === 0 ? files : chosen;
}

/** Of a server that is spoken to over OData its version is known only now, by a file. Throws Refused where it is too old. */
async function assertNewEnough(
  { inspection, databases: [file] }: LoggedIn,
  name: ServerName,
  { output, signal }: Reaching,
): Promise<void> {
  if (file === undefined) return;
  const version = await inspection.release?.(file, signal).catch(unlessServerError);
  if (version === undefined) return;
  const named = `${name}: ${productName(version)}, as its OData says`;
  if (isBefore(version, oldestOverOData))
    throw new Refused(
      'server-too-old',
      `${named}, is too old to be spoken to over OData: install FileMaker Server 2023 (${oldestOverOData}) or later, or say --api ${name}=data`,
    );
  output.line(`    ${[named, ...lacksOverOData(version)].join('; ')}`);
}

/** It reads what describes the whole file, which may be too much for the server; tables are looked at one by one. */
function unlessServerError(error: unknown): undefined {
  if (!(error instanceof ServerError)) throw error;
  return undefined;
}

/** Those that let the account in: it may be one of some files only. Throws where none does. */
async function usable(
  { output, signal }: Reaching,
  inspection: Inspection,
  files: readonly string[],
): Promise<readonly string[]> {
  const open: string[] = [];
  const errors: ServerError[] = [];
  for (const file of files) {
    try {
      await inspection.layouts(file, signal);
      open.push(file);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      errors.push(error);
    }
  }
  const [first] = errors;
  if (open.length === 0 && first !== undefined) throw first;
  for (const { message } of errors) output.line(`    left out: ${message}`);
  return open;
}

/** Of this machine, where the server is on it; otherwise only a person knows. */
async function zoneOf({ asked, questions, output }: Reaching, name: string, url: string): Promise<string> {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const given = asked.timeZones.get(name);
  const zone = given ?? (isLoopback(new URL(url).hostname) && !questions.isAsking ? own : undefined);
  if (zone === undefined)
    return questions.among({
      message: `Time zone of the clock of ${name} (type a city):`,
      instead: `--time-zone ${name}=ZONE, such as ${name}=${own}`,
      names: zones(),
      initial: own,
    });
  const mistake = timeZoneMistake(zone);
  if (mistake !== undefined)
    throw new Refused('not-asked', `--time-zone ${name}=${zone}: ${mistake.message}. ${mistake.remedy}`);
  if (given === undefined)
    output.line(`    ${name}: its clock is taken to show the time of ${zone}, as this machine's does`);
  return zone;
}

/** The engine's own list has no UTC. */
const zones = (): readonly string[] => ['UTC', ...Intl.supportedValuesOf('timeZone')];
