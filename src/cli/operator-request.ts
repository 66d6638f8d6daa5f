/**
 * Requests to AWS with the credentials of whoever sits at the command line. Beside what every request meets (see
 * state-error.ts) they may lack a region or rights, or carry keys that AWS does not know.
 *
 *   R9  Of an answer that nobody foresaw only its name is told: its text may quote what was sent.
 */
import { RecordsUnreadable } from '../ports/records.ts';
import { meaningOf } from '../state/aws/sdk-failures.ts';
import { type AwsStateCode, AwsStateError, namesOf } from '../state/aws/state-error.ts';
import { Refused } from './refused.ts';

/** Whatever cannot be connected to within it is told, ms. Without it a firewall that swallows packets makes minutes of silence. */
const connectionTimeout = 5_000;

/** For every client of the command line that speaks for an operator. */
export const operatorClient = { requestHandler: { connectionTimeout } };

export type Asked = {
  /** Such as `stack ServerSync`. */
  readonly what: string;
  readonly region: string;
  /** As policies name it, such as `cloudformation:DescribeStacks`; left out where it may be one of several. */
  readonly action?: string;
};

/** Throws AwsStateError, or what the request threw where it did not come from AWS or the way there. */
export async function asOperator<Answer>(asked: Asked, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    const code = codeOf(error);
    const words = code === undefined ? undefined : exact[code];
    // Of what was refused the state says more itself.
    const isSaid = error instanceof AwsStateError && code === 'state-refused';
    if (code === undefined || words === undefined || isSaid) throw error;
    const action = asked.action ?? deniedAction(error);
    const [found, remedy] = words(action, error instanceof Error ? error.name : '');
    throw new AwsStateError(code, `${asked.what} in region ${asked.region}`, found, remedy, error);
  }
}

/** A port of a stack's state: what keeps it from being used is told as of any request of an operator. */
export const portAsOperator = <Port extends object>(asked: Asked, port: Port): Port =>
  new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): Promise<unknown> =>
        asOperator(asked, async () => {
          const result: unknown = await Reflect.apply(member, target, args);
          return result;
        });
    },
  });

/**
 * The action alone, from AWS's own words, in which every service names it ("Troubleshoot access denied error messages",
 * IAM User Guide): `User: … is not authorized to perform: dynamodb:PutItem on resource: …`.
 */
function deniedAction(error: unknown): string | undefined {
  if (!(error instanceof AwsStateError) || !(error.cause instanceof Error)) return undefined;
  return /is not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(error.cause.message)?.[1];
}

type Words = (action: string | undefined, name: string) => readonly [found: string, remedy: string];

/** Where more can be said than of the state in general. */
const exact: { readonly [code in AwsStateCode]?: Words } = {
  'state-denied': (action = 'this') => [
    `these credentials may not do ${action}`,
    'Use others, whose policy allows it: docs/aws.md lists what each command needs',
  ],
  'state-unauthenticated': () => [
    'no valid AWS credentials',
    'Log in (aws sso login, aws configure), or look at AWS_PROFILE',
  ],
  'state-unreachable': () => [
    'AWS could not be reached',
    'Look at the name of the region (AWS_REGION), and at the network of this machine and its proxy',
  ],
  'state-busy': () => ['AWS takes no requests now', 'Run it again in a minute'],
  'state-refused': (action = 'a request', name) => [
    `AWS refused ${action} (${name})`,
    `Look for ${name} in the AWS documentation`,
  ],
};

/** Errors that are AWS's own have a fault; those of the way there a code of the system, or what else answered. */
function codeOf(error: unknown): AwsStateCode | undefined {
  if (error instanceof AwsStateError || error instanceof RecordsUnreadable) return error.code;
  if (!(error instanceof Error)) return undefined;
  if (unknownKeys.has(error.name)) return 'state-unauthenticated';
  const code = meaningOf(error, namesOf(error))?.code;
  if (code !== undefined && (code !== 'state-refused' || '$fault' in error)) return code;
  return 'code' in error || '$response' in error ? 'state-unreachable' : undefined;
}

/** Of the services that answer in XML; the others are known to the state. */
const unknownKeys: ReadonlySet<string> = new Set([
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'RequestExpired',
]);

/** Throws Refused where there is none, or what is set can be none. */
export async function regionOf(client: {
  readonly config: { readonly region: () => Promise<string> };
}): Promise<string> {
  try {
    return await client.config.region();
  } catch (error) {
    const found = error instanceof Error ? ` (${error.message})` : '';
    throw new Refused(
      'region-missing',
      `no AWS region that can be used${found}. Set AWS_REGION to that of the stack, such as eu-west-1`,
      { cause: error },
    );
  }
}
