/**
 * `serversync run --once` as a process that a test can kill, with the engine's settings given by the test.
 *
 *   node run-with-settings.ts <configuration> <settings as JSON>
 */
import { failureOf } from '../../../src/cli/failures.ts';
import { standardOutput } from '../../../src/cli/output.ts';
import { runOnceCommand } from '../../../src/cli/run-command.ts';
import { stopSignal } from '../../../src/cli/stop-signal.ts';

const [, , configFile = '', settings = '{}'] = process.argv;

try {
  const { exitCode } = await runOnceCommand({
    configFile,
    stateDirectory: undefined,
    environment: process.env,
    output: standardOutput(true),
    signal: stopSignal(),
    settings: JSON.parse(settings),
  });
  process.exitCode = exitCode;
} catch (error) {
  const failure = failureOf(error);
  if (failure === undefined) throw error;
  process.stderr.write(`${failure.message}\n`);
  process.exitCode = failure.exitCode;
}
