/** A function as Lambda starts it: its environment, over emulators. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { Emulators } from '../../state/aws/emulators.ts';
import type { StatePlaces } from '../../state/aws/opened-state.ts';
import { functionVariables } from './variables.ts';

/** `folder`: where its configuration lies beside it; `more`: variables besides, such as where a service answers. */
export async function asDeployed(
  emulators: Emulators,
  places: StatePlaces,
  { folder, configuration }: { readonly folder: string; readonly configuration: string },
  more: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  await writeFile(join(folder, 'serversync.yaml'), configuration);
  const { hostname, port } = (await emulators.dynamo.config.endpoint?.()) ?? {};
  const variables = {
    ...functionVariables(places, folder, `http://${hostname}:${port}`),
    ...more,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}
