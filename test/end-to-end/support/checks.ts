/** `plan` and `verify` over a bench, in this process: what they print, and their JSON. Throws what keeps them from starting. */
import { planCommand, type PlanOptions } from '../../../src/cli/plan-command.ts';
import { verifyCommand, type VerifyCommandOptions } from '../../../src/cli/verify-command.ts';
import { type Bench, collected } from './bench.ts';

export type Checked = { readonly code: number; readonly text: string; readonly json: unknown };

const never = new AbortController().signal;

export const planIn = (bench: Bench, options: Partial<PlanOptions> = {}): Promise<Checked> =>
  checked(bench, (common) => planCommand({ ...common, limit: 0, ...options }));

export const verifyIn = (bench: Bench, options: Partial<VerifyCommandOptions> = {}): Promise<Checked> =>
  checked(bench, (common) =>
    verifyCommand({ ...common, repair: false, dryRun: false, limit: 20, ...options }),
  );

type Common = Omit<PlanOptions, 'limit' | 'found'>;

async function checked(
  { configFile, environment }: Bench,
  command: (common: Common) => Promise<number>,
): Promise<Checked> {
  const { output, lines, objects } = collected();
  const of = { configFile, stateDirectory: undefined, environment, output, signal: never };
  const code = await command({ ...of, chosen: {}, examples: false });
  return { code, text: `${lines.join('\n')}\n`, json: objects.at(-1) };
}
