/** `serversync doctor --stack`: the servers from inside the stack, and the stack itself with the operator's own credentials. */
import type { Configuration, ServerConfiguration } from '../../config/configuration.ts';
import { findingsBetween } from '../../doctor/between.ts';
import type { Finding } from '../../doctor/finding.ts';
import type { Chosen } from '../../engine/run.ts';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { operatorClient, regionOf } from '../operator-request.ts';
import { outputsOf } from '../stack.ts';
import { isOfStack } from './lines.ts';
import { alarmsFindings } from './stack-alarms.ts';
import { looked, type StackAsked } from './stack-asked.ts';
import { openStackReads } from './stack-clients.ts';
import { installationFindings, madeBy } from './stack-installation.ts';
import { looksFromInside, ofStack, openInside } from './stack-inside.ts';
import { serversFindings } from './stack-servers.ts';
import { raiseTestAlarm } from './test-alarm.ts';

export type StackDoctor = {
  readonly stack: string;
  readonly configFile: string;
  readonly configuration: Configuration;
  readonly servers: readonly ServerConfiguration[];
  readonly chosen: Chosen;
  readonly writeProbe: boolean;
  readonly testAlarm: boolean;
};

/** What is about the stack first, then servers with their tables, then what is about several. Throws Refused or AwsStateError. */
export async function stackFindings(of: StackDoctor, signal: AbortSignal): Promise<readonly Finding[]> {
  const { stack, configuration } = of;
  const outputs = await outputsOf(stack);
  const region = await regionHere();
  const { reads, close } = openStackReads(stack, region, signal);
  const { inside, close: closeInside } = openInside(region, signal);
  try {
    const asked: StackAsked = { ...of, outputs, reads };
    const { made, found } = await madeBy(asked);
    const own: readonly Finding[] = [
      ...found,
      ...(await installationFindings(asked, made)),
      ...(made === undefined ? [] : await alarmsFindings(asked, made)),
      ...(of.testAlarm
        ? await looked('alarm-test', async () => [await raiseTestAlarm(stack, region, configuration)])
        : []),
    ];
    const ofServers = await serversFindings(asked);
    const event = {
      writeProbe: of.writeProbe,
      ...(of.chosen.table !== undefined && { table: of.chosen.table }),
    };
    const { findings, looks } = await looksFromInside(asked, inside, event, signal);
    const tables = configuration.tables.filter(({ name }) => name === (of.chosen.table ?? name));
    const between = await findingsBetween({ ...configuration, tables }, looks);
    return [
      ...own,
      ...findings.filter(isOfStack),
      ...ofServers,
      ...findings.filter((one) => !isOfStack(one)),
      ...between.map((one) => ofStack(one, asked)),
    ];
  } finally {
    close();
    closeInside();
  }
}

async function regionHere(): Promise<string> {
  const client = new CloudFormationClient(operatorClient);
  try {
    return await regionOf(client);
  } finally {
    client.destroy();
  }
}
