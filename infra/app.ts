/**
 * The CDK app: one stack from one configuration.
 *
 *   -c config=FILE     the configuration; default serversync.yaml
 *   -c stack=NAME      the name of the installation, in place of aws.stack of the configuration
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
import { assertTemplateFits } from './limits.ts';
import { ServerSyncStack } from './serversync-stack.ts';

/** CDK makes numbers of what looks like one. */
const given = z.coerce.string();

const contextSchema = z.object({
  config: given.default('serversync.yaml'),
  stack: given.optional(),
  emulator: given.optional(),
});

const noFile = new ConfigurationError([
  {
    place: 'the file of the configuration (-c config=FILE)',
    position: undefined,
    value: undefined,
    code: 'config-empty',
    message: 'empty',
    remedy: 'Name the file, or leave the option out: then it is serversync.yaml',
  },
]);

async function main(): Promise<void> {
  // Left to itself it would make a template of what came about before a mistake was found.
  const app = new App({ autoSynth: false });
  const { config, emulator, ...named } = contextSchema.parse({
    config: app.node.tryGetContext('config'),
    stack: app.node.tryGetContext('stack'),
    emulator: app.node.tryGetContext('emulator'),
  });
  if (config === '') throw noFile;
  const configuration = await loadConfiguration(config);
  const stack = named.stack ?? configuration.aws.stack;
  assertDeployable(configuration, { stack, onThisMachine: emulator === '1' });
  const directory = await mkdtemp(join(tmpdir(), 'serversync-bundles-'));
  try {
    const bundles = await bundleFunctions(configuration, directory);
    new ServerSyncStack(app, stack, { configuration, bundles });
    const made = app.synth().getStackByName(stack);
    assertTemplateFits(made.templateFullPath, configuration);
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
