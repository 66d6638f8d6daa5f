/** The grants of the deployed roles, and what the recorder saw under them. */
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readPolicies } from '../emulator/deployed.ts';
import type { ClientConfig } from '../emulator/environment.ts';
import { type LambdaHost, scheduleSigner } from '../lambda-host/lambda-host.ts';
import type { RecordedRequest } from '../recorder/recorder.ts';
import { type Access, compareGrants, type Comparison, type Grants } from './granted.ts';

/** Who acts in which role: functions by their names, schedules as `schedule GROUP/NAME`. */
type Actor = { readonly name: string; readonly role: string };

type Parts = { readonly host: LambdaHost; readonly config: ClientConfig };

/**
 * Each function and schedule that is deployed now. In the answer, `by` is who acts in the role: where several share one,
 * all of them, joined by ` + `.
 */
export async function compareDeployedGrants(
  { host, config }: Parts,
  requests: readonly RecordedRequest[],
): Promise<Comparison> {
  const actors = actorsOf(host);
  const users = usersOf(actors);
  const grants = await readGrants(config.endpoint, users);
  const secretArns = await readSecretArns(config);
  const byOf = new Map(actors.map(({ name, role }) => [name, users.get(role) ?? name]));
  const used = requests.flatMap(({ functionName, needs }) =>
    needs.map(
      ({ action, resource }): Access => ({
        by: byOf.get(functionName) ?? functionName,
        action,
        resource: secretArns.get(resource) ?? withEnding(resource),
      }),
    ),
  );
  return compareGrants(grants, used);
}

const actorsOf = (host: LambdaHost): readonly Actor[] => [
  ...host.functions.map(({ name, roleArn }) => ({ name, role: nameOf(roleArn) })),
  ...host.schedules.map((schedule) => ({
    name: scheduleSigner(schedule),
    role: nameOf(schedule.Target.RoleArn),
  })),
];

/** By role. */
function usersOf(actors: readonly Actor[]): ReadonlyMap<string, string> {
  const byRole = Map.groupBy(actors, ({ role }) => role);
  return new Map([...byRole].map(([role, users]) => [role, users.map(({ name }) => name).join(' + ')]));
}

async function readGrants(url: string, users: ReadonlyMap<string, string>): Promise<readonly Grants[]> {
  const policies = await readPolicies(url, [...users.keys()]);
  return [...users].map(([role, by]) => ({
    by,
    statements: (policies[role] ?? []).flatMap(({ document }) => document.Statement),
  }));
}

/** A policy is held against the ARN of a secret, whose ending is in no request that names it: by the ARN without that. */
async function readSecretArns(config: ClientConfig): Promise<ReadonlyMap<string, string>> {
  const secrets = new SecretsManagerClient(config);
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({ MaxResults: 100 }));
  secrets.destroy();
  return new Map(SecretList.map(({ ARN = '' }) => [ARN.replace(/-[^-]{6}$/, ''), ARN]));
}

/** A secret that is not there has no ending yet: any six characters do, as a pattern for them has to allow. */
const withEnding = (resource: string): string =>
  /:secret:(?!.*-\w{6}$)/.test(resource) ? `${resource}-AbCdEf` : resource;

const nameOf = (arn: string): string => arn.split('/').at(-1) ?? arn;
