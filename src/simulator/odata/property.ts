/** What stands behind the key of a record: one of its values, or the records that are related to it. */
import type { Answer } from '../http/answer.ts';
import type { Occurrence } from '../store/occurrence.ts';
import { annotation, jsonAnswer } from './answers.ts';
import { columnNamed, type Column } from './columns.ts';
import type { ODataExchange, ODataRoute } from './exchange.ts';
import { noField } from './faults.ts';
import { recordOf } from './keys.ts';
import { collectionAnswer } from './read.ts';
import { relatedRows, relationNamed } from './relations.ts';
import { renderColumn } from './render-value.ts';
import { recordUrl, shown } from './render.ts';

const record = ':database/:set()';

export const propertyRoutes: readonly ODataRoute[] = [
  { kind: 'read', method: 'GET', path: `${record}/:field`, scope: 'database', handle: behindKey },
  { kind: 'read', method: 'GET', path: `${record}/:field/:repetition`, scope: 'database', handle: property },
];

function behindKey(exchange: ODataExchange): Answer {
  const { occurrence, row } = recordOf(exchange);
  const relation = relationNamed(exchange, occurrence, exchange.params['field'] ?? '');
  if (!relation) return property(exchange);
  return collectionAnswer(exchange, relation.target, relatedRows(exchange, row, relation));
}

/** `Name`, `Name[2]` and `Name/2`. */
export function fieldColumn(exchange: ODataExchange, occurrence: Occurrence): Column {
  const { field = '', repetition } = exchange.params;
  const [, bare = field, inBrackets] = /^(.*)\[(\d+)\]$/s.exec(field) ?? [];
  const column = columnNamed(exchange, occurrence, bare);
  const number = repetition ?? inBrackets;
  if (number === undefined) return column;
  const slot = column.kind === 'field' ? column.slot.field.slots[Number(number) - 1] : undefined;
  if (!slot) throw noField(field);
  return { kind: 'field', slot };
}

function property(exchange: ODataExchange): Answer {
  const { occurrence, row } = recordOf(exchange);
  const column = fieldColumn(exchange, occurrence);
  const { name } = shown(exchange, occurrence, column);
  const { form } = exchange;
  const url = recordUrl(exchange, occurrence, row).slice(exchange.databaseUrl.length + 1);
  const context =
    form.metadata === 'none'
      ? ''
      : `"${annotation(form.style, 'context')}":${JSON.stringify(`${exchange.databaseUrl}/$metadata#${url}/${name}`)},`;
  return jsonAnswer(`{${context}"value":${renderColumn(row, column, exchange)}}`, form);
}
