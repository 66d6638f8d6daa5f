/** A function as Lambda starts it: its environment, over emulators. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import { accessKey } from '../../cli/support/fake-aws.ts';
import type { Emulators } from '../../state/aws/emulators.ts';
import type { StatePlaces } from '../../state/aws/opened-state.ts';

/** `folder`: where its configuration lies beside it; `more`: variables besides, such as where a service answers. */
export async function asDeployed(
  emulators: Emulators,
  places: StatePlaces,
  { folder, configuration }: { readonly folder: string; readonly configuration: string },
  more: Readonly<Record<string, string>>,
): Promise<void> {
  await writeFile(join(folder, 'serversync.yaml'), configuration);
  const { hostname, port } = (await emulators.dynamo.config.endpoint?.()) ?? {};
  const variables = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_ENDPOINT_URL_DYNAMODB: `http://${hostname}:${port}`,
    POWERTOOLS_TRACE_ENABLED: 'false',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_METRICS_NAMESPACE: 'ServerSync',
    LAMBDA_TASK_ROOT: folder,
    SERVERSYNC_INSTALLATION: 'North',
    SERVERSYNC_RECORDS_TABLE: places.recordsTable,
    SERVERSYNC_CONTROL_TABLE: places.controlTable,
    SERVERSYNC_BUCKET: places.bucket,
    SERVERSYNC_QUEUE_PREFIX: places.queuePrefix,
    SERVERSYNC_SECRET_PREFIX: 'serversync/',
    ...more,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
