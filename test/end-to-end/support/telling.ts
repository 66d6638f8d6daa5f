/** `history` and `put-back TABLE KEY` in the process of the test: what they print, or the code and the words of a refusal. */
import { historyCommand } from '../../../src/cli/history/looking.ts';
import { putBackCommand } from '../../../src/cli/history/putting-back.ts';
import { Refused } from '../../../src/cli/refused.ts';
import { sweepCommand } from '../../../src/cli/sweep-command.ts';
import { type Bench, collected } from './bench.ts';

export type Told = { readonly text: string; readonly object: unknown };

type Named = { readonly table?: string; readonly key: string };

const place = ({ configFile }: Bench) => ({ configFile, stateDirectory: undefined });

export async function historyOf(bench: Bench, { table = 'contacts', key }: Named, limit = 20): Promise<Told> {
  const { output, lines, objects } = collected();
  await historyCommand({ ...place(bench), output, table, key, limit });
  return { text: lines.map((line) => `${line}\n`).join(''), object: objects.at(-1) };
}

export async function putBack(
  bench: Bench,
  { table = 'contacts', key, version, dryRun = false }: Named & { version?: number; dryRun?: boolean },
): Promise<Told> {
  const { output, lines, objects } = collected();
  await putBackCommand({ ...place(bench), output, table, key, version, dryRun });
  return { text: lines.map((line) => `${line}\n`).join(''), object: objects.at(-1) };
}

/** Compares whole tables, and carries what follows. */
export async function sweep(bench: Bench): Promise<void> {
  const { signal } = new AbortController();
  const { environment, settings } = bench;
  const { output } = collected();
  await sweepCommand({ ...place(bench), environment, settings, output, signal, chosen: {} });
}

/** What is thrown in words. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}
