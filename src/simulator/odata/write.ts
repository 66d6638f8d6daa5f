/** Create, update and delete, of one record by its key or of all that a filter lets pass. */
import type { Answer } from '../http/answer.ts';
import { commitOptions } from '../api/write.ts';
import { requirePrivilege } from '../http/privileges.ts';
import type { Write } from '../stats.ts';
import type { Occurrence } from '../store/occurrence.ts';
import type { Row } from '../store/row-set.ts';
import type { Changes } from '../store/table.ts';
import { noContent, withHeaders } from './answers.ts';
import { occurrenceOf, type ODataExchange, type ODataRoute } from './exchange.ts';
import { noRecord } from './faults.ts';
import { keyParts, literalText, rowOfKey, type KeyPart } from './keys.ts';
import { entityAnswer, selectedRows } from './read.ts';
import { recordUrl } from './render.ts';
import { changesOf } from './values.ts';

const set = ':database/:set';
const record = ':database/:set()';

export const writeRoutes: readonly ODataRoute[] = [
  { kind: 'create', method: 'POST', path: set, scope: 'database', handle: create },
  { kind: 'update', method: 'PATCH', path: record, scope: 'database', handle: update },
  { kind: 'update', method: 'PUT', path: record, scope: 'database', handle: update },
  { kind: 'update', method: 'PATCH', path: set, scope: 'database', handle: updateAll },
  { kind: 'delete', method: 'DELETE', path: record, scope: 'database', handle: remove },
  { kind: 'delete', method: 'DELETE', path: set, scope: 'database', handle: removeAll },
];

function create(exchange: ODataExchange): Answer {
  const occurrence = occurrenceOf(exchange);
  return createdAnswer(exchange, occurrence, made(exchange, occurrence, changesOf(exchange, occurrence)));
}

function made(exchange: ODataExchange, occurrence: Occurrence, changes: Changes): Row {
  requirePrivilege(exchange, 'create');
  const row = occurrence.table.create(changes, commitOptions(exchange, false));
  note(exchange, 'create', occurrence, row);
  return row;
}

/** Recorded: a minimal answer names the record by its ROWID, a full one by its key. In a batch nothing is told. */
function createdAnswer(exchange: ODataExchange, occurrence: Occurrence, row: Row): Answer {
  const { form, isInBatch, simulation } = exchange;
  const minimal = `${recordUrl(exchange, occurrence, row).replace(/\([^]*$/, '')}(ROWID=${row.id})`;
  if (isInBatch) {
    const { location = false } = simulation.options.odata?.batch ?? {};
    return noContent(form, location ? { Location: minimal } : {});
  }
  if (form.prefer.returns === 'minimal') return noContent(form, { Location: minimal });
  return withHeaders(entityAnswer(exchange, occurrence, row, 201), {
    Location: recordUrl(exchange, occurrence, row),
  });
}

function update(exchange: ODataExchange): Answer {
  const occurrence = occurrenceOf(exchange);
  const parts = keyParts(exchange, occurrence);
  const changes = changesOf(exchange, occurrence);
  const row = rowOfKey(exchange, occurrence, parts);
  if (!row) return upserted(exchange, occurrence, parts, changes);
  if (ignores(exchange)) return affected(noContent(exchange.form), 0);
  const after = updated(exchange, occurrence, row, changes);
  return answersWithRecord(exchange)
    ? entityAnswer(exchange, occurrence, after)
    : affected(noContent(exchange.form), 1);
}

const ignores = ({ simulation }: ODataExchange): boolean => simulation.options.odata?.ignoresChanges === true;

/** In a batch never, whatever is preferred. */
function answersWithRecord({ form, isInBatch, simulation }: ODataExchange): boolean {
  const { updatesAnswer = false } = simulation.options.odata ?? {};
  const isWanted =
    form.prefer.returns === 'representation' || (updatesAnswer && form.prefer.returns === undefined);
  return isWanted && !isInBatch;
}

function updated(exchange: ODataExchange, occurrence: Occurrence, row: Row, changes: Changes): Row {
  requirePrivilege(exchange, 'edit');
  // As over the Data API: without a value nothing is committed.
  if (changes.size === 0) return row;
  const after = occurrence.table.update(row.id, changes, commitOptions(exchange, false));
  note(exchange, 'update', occurrence, after);
  return after;
}

/** Seen in a batch: an update of a key that is not there makes the record, with that key. */
function upserted(
  exchange: ODataExchange,
  occurrence: Occurrence,
  parts: readonly KeyPart[],
  changes: Changes,
): Answer {
  const { inBatch = true, outside = false } = exchange.simulation.options.odata?.upsert ?? {};
  const isByField = parts.every(({ column }) => column.kind === 'field');
  if (!isByField || !(exchange.isInBatch ? inBatch : outside)) throw noRecord();
  const keys = parts.flatMap(({ column, literal }): [number, string][] =>
    column.kind === 'field' ? [[column.slot.index, literalText(literal)]] : [],
  );
  made(exchange, occurrence, new Map([...keys, ...changes]));
  return affected(noContent(exchange.form), 1);
}

function updateAll(exchange: ODataExchange): Answer {
  const occurrence = occurrenceOf(exchange);
  const changes = changesOf(exchange, occurrence);
  return ofAll(exchange, occurrence, (row) => void updated(exchange, occurrence, row, changes));
}

function remove(exchange: ODataExchange): Answer {
  const occurrence = occurrenceOf(exchange);
  const row = rowOfKey(exchange, occurrence, keyParts(exchange, occurrence));
  if (!row) throw noRecord();
  if (ignores(exchange)) return affected(noContent(exchange.form), 0);
  removed(exchange, occurrence, row);
  return affected(noContent(exchange.form), 1);
}

function removed(exchange: ODataExchange, occurrence: Occurrence, row: Row): void {
  requirePrivilege(exchange, 'delete');
  occurrence.table.remove(row.id);
  note(exchange, 'delete', occurrence, row);
}

function removeAll(exchange: ODataExchange): Answer {
  const occurrence = occurrenceOf(exchange);
  return ofAll(exchange, occurrence, (row) => removed(exchange, occurrence, row));
}

/** Without a filter that the server sees, all rows: a filter whose `$` was encoded is such a one. */
function ofAll(exchange: ODataExchange, occurrence: Occurrence, act: (row: Row) => void): Answer {
  const rows = selectedRows(exchange, occurrence).slice();
  const { filteredWritesAreOne = true } = exchange.simulation.options.odata ?? {};
  // A cascade may have taken some of them along.
  const all = () => rows.forEach((row) => occurrence.table.rows.get(row.id) && act(row));
  if (filteredWritesAreOne) atomically(exchange, all);
  else all();
  return affected(noContent(exchange.form), rows.length);
}

export const atomically = <Result>({ simulation, database }: ODataExchange, work: () => Result): Result =>
  simulation.counters.undoing(() => database.atomically(work));

const affected = (answer: Answer, rows: number): Answer =>
  withHeaders(answer, { 'fmodata.affected_rows': String(rows) });

function note(exchange: ODataExchange, kind: Write['kind'], { table }: Occurrence, row: Row): void {
  exchange.simulation.counters.write({
    kind,
    database: table.database.name,
    table: table.name,
    recordId: String(row.id),
    modId: undefined,
  });
}
