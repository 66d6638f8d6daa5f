/** What the constructs of the stack share: the installation's name, its servers, its keys. */
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { dutiesOf, type ServerDuties } from '../src/config/aws-parts.ts';
import type { Configuration } from '../src/config/configuration.ts';
import type { ServerName } from '../src/core/names.ts';
import type { FunctionName } from './bundle.ts';

export type Installation = {
  /** The name of the stack. */
  readonly name: string;
  readonly configuration: Configuration;
  readonly servers: readonly InstalledServer[];
  /** The customer's own; without it AWS's keys are used. */
  readonly key: IKey | undefined;
};

export type InstalledServer = ServerDuties & {
  readonly name: ServerName;
  /** All that stands or falls with this server. */
  readonly scope: Construct;
  /** Its place in the file, from 0. */
  readonly turn: number;
};

export function installedServers(scope: Construct, configuration: Configuration): readonly InstalledServer[] {
  return configuration.servers.map(({ name }, turn) => ({
    name,
    turn,
    scope: new Construct(scope, `Server-${name}`),
    ...dutiesOf(configuration, name),
  }));
}

/** What a message is about comes first: its subject may be cut. The installation is last, and keeps names apart. */
export const alarmName = (installation: string, says: string): string => `${says} - ${installation}`;

/** Where to type it: people run it from the folder, not from anywhere. */
export const statusCommand = (installation: string, options = ''): string =>
  `in the folder of ServerSync: npx serversync status --stack ${installation}${options}`;

/** Where a function writes its log: named, so that texts can say where to look. */
export const logGroupOf = (installation: string, of: FunctionName): string =>
  `/serversync/${installation}/${of}`;

/** Whether any table has it: other servers are only measured. */
export const hasTables = ({ sends, receives }: InstalledServer): boolean => sends || receives;
