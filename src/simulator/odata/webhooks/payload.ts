/**
 * What a call brings along: an OData collection with relative addresses in the style of 4.0 (recorded of Invoke and of changes of the
 * schema). It says neither what was done nor who sends it; of deleted records it is empty (assumed).
 */
import { QueryOptions } from '../address.ts';
import type { ODataExchange } from '../exchange.ts';
import { compileFilter } from '../filter/compile.ts';
import { parseFilter } from '../filter/parse.ts';
import { filteredRows } from '../filter/plan.ts';
import { columnNamed, nameRules } from '../columns.ts';
import { formOf } from '../form.ts';
import { contextMember, renderingOf, renderMembers } from '../render.ts';
import type { Row } from '../../store/row-set.ts';
import type { Operation, Webhook } from './webhook.ts';

/** Throws -1002 and 8309, as each try of a webhook whose `select` cannot be read does. */
export function payloadOf(webhook: Webhook, operation: Operation): string {
  if (operation.operation === 'SCHEMA') return schemaPayload(webhook);
  const rendering = renderingOf(calling(webhook), webhook.occurrence);
  const records = operation.rows.map((row) => `{${renderMembers(row, rendering)}}`);
  return `{${contextMember(rendering)}"value":[${records.join()}]}`;
}

function schemaPayload({ occurrence, addedBy }: Webhook): string {
  const context = `fmi/odata/v4/${addedBy.database.name}/$metadata#FileMaker_Tables("TableName","TableId","BaseTableName","BaseFileName","ModCount")`;
  const row = {
    TableName: occurrence.name,
    TableId: occurrence.id,
    BaseTableName: occurrence.table.name,
    BaseFileName: addedBy.database.name,
    ModCount: 1,
  };
  return JSON.stringify({ '@odata.context': context, value: [row] });
}

/** Whether the filter of a webhook lets a record pass; throws -1002 where it cannot be read. */
export function isTold(webhook: Webhook, row: Row): boolean {
  const { body, occurrence } = webhook;
  if (body.filter === '') return true;
  const exchange = calling(webhook);
  const column = (name: string) => columnNamed(exchange, occurrence, name);
  const { caseSensitive = true, filterRowIds = true } = exchange.simulation.options.odata ?? {};
  const filter = parseFilter(body.filter, nameRules(exchange));
  return (
    filteredRows({ rows: [row] }, compileFilter(filter, { column, caseSensitive, filterRowIds })).length > 0
  );
}

/** The request that a call is the answer of. */
function calling({ body, addedBy }: Webhook): ODataExchange {
  const { simulation, database } = addedBy;
  const query = body.select === '' ? '' : `$select=${encodeURIComponent(body.select).replaceAll('%2C', ',')}`;
  const asked = Object.fromEntries(
    Object.entries(body.queryHeaders).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    ...addedBy,
    options: new QueryOptions(query),
    form: { ...formOf(asked, simulation.options), style: '4.0' },
    databaseUrl: `fmi/odata/v4/${encodeURIComponent(database.name)}`,
  };
}
