import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeForgettingContract, type Forgetful } from '../../contracts/forgetting.ts';
import { describeForgottenRecordContract } from '../../contracts/forgotten-record.ts';
import type { Open } from '../../contracts/opened.ts';
import { type LocalState, openLocalState, stateFileName } from '../../../src/state/local/local-state.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Every row of every table. */
function rowsIn(path: string): readonly string[] {
  using database = new DatabaseSync(path, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  return tables.flatMap(({ name }) =>
    database
      .prepare(`SELECT * FROM "${String(name)}"`)
      .all()
      .filter(() => name !== 'sqlite_sequence')
      .map((row) => `${String(name)} ${JSON.stringify(row)}`),
  );
}

const now = (): number => 1_732_000_000_000;

const openForgetful: Open<Forgetful> = async () => {
  const { directory, remove } = temporaryDirectory();
  const open = (): LocalState => openLocalState({ directory, now });
  let state = open();
  const port = (): Forgetful => ({
    ...state,
    dump: async () => rowsIn(join(directory, stateFileName)).toSorted(),
  });
  const reopen = async (): Promise<Forgetful> => {
    state.close();
    state = open();
    return port();
  };
  const close = async (): Promise<void> => {
    state.close();
    remove();
  };
  return { port: port(), reopen, close };
};

describeForgettingContract('SQLite', openForgetful);
describeForgottenRecordContract('SQLite', openForgetful);
