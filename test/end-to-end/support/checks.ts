/** `plan` and `verify` over a bench, in this process: what they print, and their JSON. Throws what keeps them from starting. */
import { planCommand, type PlanOptions } from '../../../src/cli/plan-command.ts';
import { verifyCommand, type VerifyCommandOptions } from '../../../src/cli/verify-command.ts';
import { type Bench, collected } from './bench.ts';

export type Checked = { readonly code: number; readonly text: string; readonly json: unknown };

const never = new AbortController().signal;

export async function planIn(bench: Bench, options: Partial<PlanOptions> = {}): Promise<Checked> {
  const { output, lines, objects } = collected();
  const { configFile, environment } = bench;
  const code = await planCommand({
    configFile,
    stateDirectory: undefined,
    environment,
    output,
    signal: never,
    chosen: {},
    limit: 0,
    examples: false,
    ...options,
  });
  return { code, text: `${lines.join('\n')}\n`, json: objects.at(-1) };
}

export async function verifyIn(bench: Bench, options: Partial<VerifyCommandOptions> = {}): Promise<Checked> {
  const { output, lines, objects } = collected();
  const { configFile, environment } = bench;
  const code = await verifyCommand({
    configFile,
    stateDirectory: undefined,
    environment,
    output,
    signal: never,
    chosen: {},
    repair: false,
    dryRun: false,
    limit: 20,
    examples: false,
    ...options,
  });
  return { code, text: `${lines.join('\n')}\n`, json: objects.at(-1) };
}
