/**
 * Contents of container fields over OData: `/T(key)/Field/$value` gives them, and a PATCH of the field takes them as they are (odata-guide
 * request-field-value-binary and update-record; how they answer is observed by fms-odata-js).
 */
import { commitOptions } from '../api/write.ts';
import { fileAnswer } from '../api/containers.ts';
import { FileMakerFailure } from '../failure.ts';
import type { Answer } from '../http/answer.ts';
import { requirePrivilege } from '../http/privileges.ts';
import { noContent, withHeaders } from './answers.ts';
import type { ODataExchange, ODataRoute } from './exchange.ts';
import { incompatibleTypes } from './faults.ts';
import { recordOf } from './keys.ts';
import { fieldColumn } from './property.ts';
import { renderColumn } from './render-value.ts';

const field = ':database/:set()/:field';

export const containerRoutes: readonly ODataRoute[] = [
  { kind: 'download', method: 'GET', path: `${field}/$value`, scope: 'database', handle: download },
  { kind: 'upload', method: 'PATCH', path: field, scope: 'database', handle: upload },
];

const plain = (body: string): Answer => ({
  status: 200,
  code: '0',
  body,
  headers: { 'Content-Type': 'text/plain;charset=utf-8' },
});

function download(exchange: ODataExchange): Answer {
  const { occurrence, row } = recordOf(exchange);
  const column = fieldColumn(exchange, occurrence);
  if (column.kind !== 'field' || column.slot.field.type !== 'container')
    return plain(renderColumn(row, column, exchange));
  const value = row.values[column.slot.index] ?? '';
  // Of an empty field nothing comes (assumed).
  if (value === '') return noContent(exchange.form);
  const { simulation, headers } = exchange;
  const blob = simulation.blobs.get(value);
  if (blob === undefined) return plain(value);
  // Observed: whoever asks for bytes of no kind gets the name.
  if (headers.accept === 'application/octet-stream') return plain(blob.name);
  simulation.onDownload?.();
  return fileAnswer(exchange, blob);
}

/** Documented: others are not taken (which error they get is assumed). */
const taken = ['image/gif', 'image/png', 'image/jpeg', 'image/tiff', 'application/pdf'];

function upload(exchange: ODataExchange): Answer {
  const { occurrence, row } = recordOf(exchange);
  const column = fieldColumn(exchange, occurrence);
  if (column.kind !== 'field' || column.slot.field.type !== 'container') throw incompatibleTypes();
  const [received] = exchange.uploads ?? [];
  if (received === undefined || !taken.includes(received.blob.type)) throw new FileMakerFailure('1705');
  requirePrivilege(exchange, 'edit');
  const { simulation } = exchange;
  const id = simulation.blobs.added(received);
  const { table } = occurrence;
  const after = table.update(row.id, new Map([[column.slot.index, id]]), commitOptions(exchange, false));
  simulation.counters.write({
    kind: 'upload',
    database: table.database.name,
    table: table.name,
    recordId: String(after.id),
    modId: undefined,
  });
  return withHeaders({ ...noContent(exchange.form), status: 200 }, {});
}
