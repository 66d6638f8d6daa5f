/**
 * The simulator as a process of its own.
 *
 *   node src/simulator/main.ts [--file description.yaml | -] [--port 0] [--with-parent]
 *
 * Without --file it is the practice server; `-` reads the description (YAML or JSON) from stdin. Prints one line
 * `{"url": "..."}` when it listens. Ends on SIGTERM and SIGINT, and with --with-parent when stdin closes.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { SimulatorOptions } from './description.ts';
import { readDescription } from './description-schema.ts';
import { practiceServer } from './practice.ts';
import { startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    port: { type: 'string' },
    'with-parent': { type: 'boolean', default: false },
  },
});

function described(): SimulatorOptions {
  if (values.file === undefined) return practiceServer;
  const text = readFileSync(values.file === '-' ? 0 : values.file, 'utf8');
  // JSON is YAML too, but a table of 100,000 rows is read a hundred times faster as JSON.
  return readDescription(text.trimStart().startsWith('{') ? JSON.parse(text) : parse(text));
}

async function run(): Promise<void> {
  const options = described();
  const port = values.port === undefined ? (options.port ?? 0) : Number(values.port);
  const simulator = await startSimulator({ ...options, port });
  const end = () => void simulator.close().then(() => process.exit(0));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  if (values['with-parent']) process.stdin.once('close', end).once('end', end).resume();
  process.stdout.write(`${JSON.stringify({ url: simulator.url })}\n`);
}

run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
