/**
 * The CDK app: one stack from one configuration.
 *
 *   -c config=FILE     the configuration; default serversync.yaml
 *   -c stack=NAME      the name of the installation; default ServerSync
 *   -c emulator=1      servers on this machine are allowed, since AWS is emulated on it too
 *
 * A mistake in the configuration stops it with the message that the command line has for it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import { assertDeployable } from '../src/config/aws-checks.ts';
import { loadConfiguration } from '../src/config/load.ts';
import { ConfigurationError } from '../src/config/problem.ts';
import { bundleFunctions } from './bundle.ts';
import { ServerSyncStack } from './serversync-stack.ts';

const contextSchema = z.object({
  config: z.string().min(1).default('serversync.yaml'),
  stack: z.coerce.string().default('ServerSync'),
  emulator: z.coerce.string().optional(),
});

async function main(): Promise<void> {
  // Left to itself it would make a template of what came about before a mistake was found.
  const app = new App({ autoSynth: false });
  const { config, stack, emulator } = contextSchema.parse({
    config: app.node.tryGetContext('config'),
    stack: app.node.tryGetContext('stack'),
    emulator: app.node.tryGetContext('emulator'),
  });
  const configuration = await loadConfiguration(config);
  assertDeployable(configuration, { stack, onThisMachine: emulator === '1' });
  const directory = await mkdtemp(join(tmpdir(), 'serversync-bundles-'));
  try {
    const bundles = await bundleFunctions(configuration, directory);
    new ServerSyncStack(app, stack, { configuration, bundles });
    app.synth();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** As the command line ends where the configuration has to change first. */
const configurationExitCode = 2;

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`serversync: ${error.message}\n`);
  process.exitCode = configurationExitCode;
}
