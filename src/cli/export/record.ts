/** `serversync export TABLE KEY`: all that the state holds about one record, in words, and as JSON to hand on. */
import { writeFileSync } from 'node:fs';
import { identityOf } from '../../config/identity.ts';
import { loadConfiguration } from '../../config/load.ts';
import type { Key, TableName } from '../../core/names.ts';
import { type Exported, exportRecord, isHeld } from '../../engine/export-record.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { tableOrLeft } from '../forget/table.ts';
import { unknownKey } from '../history/record.ts';
import { openToRead, type StatePlace } from '../opened-state.ts';
import type { Output } from '../output.ts';
import { Refused } from '../refused.ts';
import { exportLines } from './lines.ts';

export type ExportOptions = StatePlace & {
  readonly output: Output;
  readonly table: TableName;
  readonly key: Key;
  /** A file that is not there yet. */
  readonly to: string | undefined;
};

/** Throws Refused, ConfigurationError, and what opening the state throws. */
export async function exportCommand(options: ExportOptions): Promise<ExitCode> {
  const { output, table, key, to } = options;
  const configuration = await loadConfiguration(options.configFile);
  const state = await openToRead(options);
  try {
    await state.checkIdentity(identityOf(configuration));
    const { servers } = await tableOrLeft(state, configuration, table);
    const exported = await exportRecord(state, { table, key, servers });
    if (!isHeld(exported)) throw new Refused('no-record', await unknownKey(state.records, table, key));
    if (to !== undefined) writeNew(to, { table, key, ...exported });
    for (const line of exportLines({ table, key }, exported)) output.line(line);
    if (to !== undefined) output.line(`all of it is in ${to}, which only you may read`);
    output.json(() => ({ exitCode: exitCodes.inStep, table, key, ...exported }));
    return exitCodes.inStep;
  } finally {
    state.close();
  }
}

const mistakes: Readonly<Record<string, string>> = {
  EEXIST: 'it is there already. Name another file with --to',
  ENOENT: 'there is no such folder. Make it, or name a file in another one with --to',
};

function writeNew(file: string, content: Exported & { readonly table: TableName; readonly key: Key }): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const why = mistakes[code] ?? `it cannot be written (${code}). Name another file with --to`;
    throw new Refused('not-exported', `${file}: ${why}`, { cause: error });
  }
}
