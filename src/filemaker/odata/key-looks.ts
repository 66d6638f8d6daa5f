/**
 * Looks rows up by keys or by record ids. So many terms as an address may hold are one question; several questions go as one batch where
 * the server takes batches, and one after the other where it does not.
 */
import type { Key, RecordId } from '../../core/names.ts';
import type { ServerRecord } from '../../ports/server.ts';
import { type LookedUp, lookUpWithRoom } from '../http/look-up.ts';
import type { Columns } from './columns.ts';
import type { Asked, Rows } from './rows.ts';
import { canonicalValue } from './values.ts';
import { besides, encodeQuery, fieldName, filterLiteral, groupsOf, longestUrl } from './url.ts';

type Question = (columns: Columns) => Asked;

type Answered = { readonly rows: readonly unknown[]; readonly columns: Columns; readonly isFull: boolean };

export class KeyLooks {
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  byKeys(keys: readonly Key[], signal: AbortSignal): Promise<readonly ServerRecord[]> {
    return lookUpWithRoom(keys, async (open, room) => {
      const groups = keyGroups(this.#rows.columns(), open, (columns) => columns.select);
      const questions = groups.map(
        (group): Question =>
          (columns) =>
            keyQuestion(columns, group, columns.select, group.length * room),
      );
      const shown = await this.#ask(questions, signal);
      const records = shown.flatMap(({ rows, columns }) => rows.map((row) => columns.record(row)));
      return { records, isFull: shown.some(({ isFull }) => isFull) } satisfies LookedUp;
    });
  }

  async #ask(questions: readonly Question[], signal: AbortSignal): Promise<readonly Answered[]> {
    const together = questions.length > 1 ? await this.#together(questions, signal) : undefined;
    if (together !== undefined) return together;
    const shown: Answered[] = [];
    for (const question of questions) {
      const { rows, columns } = await this.#rows.read([], question, signal);
      shown.push({ rows, columns, isFull: rows.length >= topOf(question(columns)) });
    }
    return shown;
  }

  /** Undefined where it has to be asked one by one. */
  async #together(
    questions: readonly Question[],
    signal: AbortSignal,
  ): Promise<readonly Answered[] | undefined> {
    const { batches, place } = this.#rows.parts;
    if (!batches.areTaken) return undefined;
    const columns = this.#rows.columns();
    const asked = questions.map((question) => question(columns));
    const answer = await batches.read(
      place,
      asked.map((one) => this.#rows.get(one)),
      signal,
    );
    const all = asked.flatMap((one, at): readonly Answered[] => {
      const rows = this.#rows.rowsIn(answer?.parts[at]);
      return rows === undefined ? [] : [{ rows, columns, isFull: rows.length >= topOf(one) }];
    });
    return all.length === asked.length ? all : undefined;
  }
}

const topOf = (asked: Asked): number => Number(asked.$top ?? 0);

/** Keys that no row of the key's type can have are asked for by nobody. */
export function keyGroups(
  columns: Columns,
  keys: readonly Key[],
  select: (columns: Columns) => string,
): readonly (readonly Key[])[] {
  const asked = keys.filter((key) => termOf(columns, key) !== undefined);
  return groupsOf(asked, (key) => termOf(columns, key) ?? '', roomBeside(select(columns)));
}

export const keyQuestion = (columns: Columns, keys: readonly Key[], $select: string, top: number): Asked => ({
  $filter: keys.flatMap((key) => termOf(columns, key) ?? []).join(' or '),
  $select,
  $top: String(top),
});

function termOf({ key: { type, wireName } }: Columns, key: Key): string | undefined {
  const literal = filterLiteral(type, key);
  return literal === undefined ? undefined : `${fieldName(wireName)} eq ${literal}`;
}

/** Whether a record can be asked for by it, and shows the same key then: another one would be made anew whenever it is looked for. */
export const isFit = (columns: Columns, key: Key): boolean =>
  key.isWellFormed() && canonicalValue(columns.key.type, key) === key && termOf(columns, key) !== undefined;

export const rowGroups = (ids: readonly RecordId[], select: string): readonly (readonly RecordId[])[] =>
  groupsOf(ids, rowTerm, roomBeside(select));

export const rowQuestion = (ids: readonly RecordId[], $select: string): Asked => ({
  $filter: ids.map(rowTerm).join(' or '),
  $select,
  $top: String(ids.length),
});

const rowTerm = (id: RecordId): string => `ROWID eq ${id}`;

const roomBeside = (select: string): number =>
  Math.max(200, longestUrl - besides - encodeQuery(select).length);
