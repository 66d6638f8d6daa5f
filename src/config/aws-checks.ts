/** Whether a configuration that is right by itself can be deployed to AWS as well. Asks nobody: neither AWS nor a server. */
import { posix, win32 } from 'node:path';
import { isPrivateAddress } from './aws-addresses.ts';
import { concurrencyOf, dutiesOf, queueNamesOf, sessionsNeeded, writersPerServer } from './aws-parts.ts';
import { stackNameMistake } from './aws-stack-name.ts';
import type { Configuration, ServerConfiguration } from './configuration.ts';
import { ConfigurationError, type Finding, type Mistake, type Problem } from './problem.ts';
import { isLoopback } from './url-mistake.ts';

export type Deployment = {
  /** Name of the stack, which is that of the installation. */
  readonly stack: string;
  /** Whether addresses of this machine can be reached, as where AWS itself is emulated on it. */
  readonly onThisMachine?: boolean;
};

/** Throws ConfigurationError with everything that stands against it. */
export function assertDeployable(configuration: Configuration, deployment: Deployment): void {
  const stack = stackNameMistake(deployment.stack);
  const problems: readonly Problem[] = [
    ...(stack ? [stackProblem(deployment.stack, stack)] : []),
    ...deploymentFindings(configuration, deployment).map((finding) => configuration.source.problem(finding)),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function deploymentFindings(configuration: Configuration, deployment: Deployment): readonly Finding[] {
  return [
    ...configuration.servers.flatMap((server) => [
      ...sessionFindings(configuration, server),
      ...addressFindings(configuration, server, deployment),
      ...caFileFindings(configuration, server),
      ...queueFindings(configuration, server, deployment),
    ]),
    ...intervalFindings(configuration),
    ...concurrencyFindings(configuration),
  ];
}

const stackProblem = (stack: string, mistake: Mistake): Problem => ({
  place: 'the name of the stack (-c stack=NAME)',
  position: undefined,
  value: JSON.stringify(stack.slice(0, 80)),
  ...mistake,
});

/** Names of queues, https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html */
const longestQueue = 80;

function queueFindings(
  configuration: Configuration,
  { name }: ServerConfiguration,
  { stack }: Deployment,
): readonly Finding[] {
  const receivers = configuration.servers.filter((server) => dutiesOf(configuration, server.name).receives);
  if (!receivers.some((server) => server.name === name)) return [];
  const { unreadable } = queueNamesOf(stack, name);
  const other = receivers.find((server) => queueNamesOf(stack, server.name).queue === unreadable);
  const finding = { path: ['servers', name], at: 'name' } as const;
  if (unreadable.length > longestQueue)
    return [
      {
        ...finding,
        code: 'config-aws-limit',
        message: `its queue ${unreadable} has a name of ${unreadable.length} letters, and AWS takes ${longestQueue}`,
        remedy: 'Shorten the name of the server, or that of the stack',
      },
    ];
  if (!other) return [];
  const message = `its queue for what cannot be read is called ${unreadable}, and so is the queue of server ${other.name}`;
  return [{ ...finding, code: 'config-aws-limit', message, remedy: 'Rename one of them' }];
}

function sessionFindings(
  configuration: Configuration,
  { name, sessions }: ServerConfiguration,
): readonly Finding[] {
  const duties = dutiesOf(configuration, name);
  const needed = sessionsNeeded(duties);
  if (sessions >= needed) return [];
  const parts = `${duties.receives ? `${writersPerServer} that write, ` : ''}one that reads and one that sweeps`;
  return [
    {
      path: ['servers', name, 'sessions'],
      at: 'value',
      code: 'config-aws-limit',
      message: `fewer than the ${needed} functions that may be at work there at once on AWS: ${parts}`,
      remedy: `Write ${needed} or more, or leave it out, and let the server bear them`,
    },
  ];
}

function addressFindings(
  configuration: Configuration,
  { name, url }: ServerConfiguration,
  { onThisMachine = false }: Deployment,
): readonly Finding[] {
  const { hostname } = new URL(url);
  const mistake = isLoopback(hostname)
    ? onThisMachine
      ? undefined
      : thisMachine
    : isPrivateAddress(hostname) && !configuration.aws.vpc
      ? privateAddress
      : undefined;
  return mistake ? [{ path: ['servers', name, 'url'], at: 'value', ...mistake }] : [];
}

const thisMachine: Mistake = {
  code: 'config-aws-address',
  message: 'an address of this machine, which a function on AWS cannot reach',
  remedy: 'Write the address under which the server is reached from AWS, such as https://fm-hq.example.com',
};

const privateAddress: Mistake = {
  code: 'config-aws-address',
  message: 'an address within a private network, which a function on AWS reaches only from a VPC',
  remedy: 'Name a VPC that is connected with that network, as aws.vpc, or write a public address',
};

/** The file travels with the functions, at the same place beside the configuration. */
function caFileFindings({ source }: Configuration, { name }: ServerConfiguration): readonly Finding[] {
  const path = ['servers', name, 'caFile'];
  const written = source.valueAt(path);
  if (typeof written !== 'string') return [];
  const outside =
    posix.isAbsolute(written) ||
    win32.isAbsolute(written) ||
    /^\.\.([/\\]|$)/.test(posix.normalize(written.replaceAll('\\', '/')));
  if (outside) return [{ path, at: 'value', ...outsideFile }];
  if (written.includes('\\')) return [{ path, at: 'value', ...backslash }];
  return ownNames.test(posix.normalize(written)) ? [{ path, at: 'value', ...takenName }] : [];
}

const outsideFile: Mistake = {
  code: 'config-aws-file',
  message: 'not below the folder of the configuration, with which it is sent to AWS',
  remedy: 'Put the file beside the configuration or in a folder there, and write its path from there',
};

const backslash: Mistake = {
  code: 'config-aws-file',
  message: 'a path with \\, which the functions on AWS do not know',
  remedy: 'Write / instead',
};

const ownNames = /^(index\.mjs(\.map)?|serversync\.yaml)$/;

const takenName: Mistake = {
  code: 'config-aws-file',
  message: 'a name that the functions on AWS have for a file of their own',
  remedy: 'Give the file another name',
};

const minuteMs = 60_000;

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html: whole minutes. */
function intervalFindings({ schedule }: Configuration): readonly Finding[] {
  if (schedule.enumerateMs % minuteMs === 0) return [];
  const remedy = 'Write whole minutes, at least "1 minute"';
  const message = 'not a whole number of minutes, and AWS starts a function on the minute only';
  return [{ path: ['schedule', 'enumerate'], at: 'value', code: 'config-aws-value', message, remedy }];
}

function concurrencyFindings(configuration: Configuration): readonly Finding[] {
  const needed = concurrencyOf(configuration);
  const { servers, aws } = configuration;
  if (needed <= aws.concurrency) return [];
  return [
    {
      path: ['servers'],
      at: 'name',
      code: 'config-aws-limit',
      message: `${servers.length} servers keep ${needed} functions at work at once, and the account may have ${aws.concurrency}`,
      remedy:
        'Ask AWS for more (Service Quotas, AWS Lambda, Concurrent executions) and write the new number as aws.concurrency, ' +
        'or divide the servers among several accounts',
    },
  ];
}
