/**
 * Changes of the schema: tables, fields and indexes, in the slash form alone (filemaker-odata.md, section 4). That it needs an account
 * without limits is assumed.
 */
import { FileMakerFailure } from '../failure.ts';
import type { Answer } from '../http/answer.ts';
import type { Table } from '../store/table.ts';
import type { Field } from '../store/schema.ts';
import { jsonAnswer, noContent } from './answers.ts';
import type { Method, ODataExchange, ODataRoute } from './exchange.ts';
import { noField, noTable, unsupported } from './faults.ts';
import { fieldOf, moreFieldsOf, newIndexOf, newTableOf } from './schema-body.ts';

const route = (method: Method, path: string, handle: (exchange: ODataExchange) => Answer): ODataRoute => ({
  kind: 'schema',
  method,
  path: `:database/${path}`,
  scope: 'database',
  handle,
});

export const schemaRoutes: readonly ODataRoute[] = [
  route('POST', 'FileMaker_Tables', createTable),
  route('PATCH', 'FileMaker_Tables/:table', addFields),
  route('DELETE', 'FileMaker_Tables/:table', removeTable),
  route('DELETE', 'FileMaker_Tables/:table/:field', removeField),
  route('POST', 'FileMaker_Indexes/:table', createIndex),
  route('DELETE', 'FileMaker_Indexes/:table/:field', removeIndex),
  route('POST', 'FileMaker_Indexes', () => {
    throw unsupported();
  }),
  route('PATCH', 'FileMaker_Tables()', mustBeInPath),
  route('DELETE', 'FileMaker_Tables()', mustBeInPath),
];

/** Seen of the form with parentheses. */
function mustBeInPath(): never {
  throw new FileMakerFailure('-1010', 'Entity name must be specified in URL', 400);
}

const bodyOf = ({ body }: ODataExchange): string => body.toString('utf8');

function requireFullAccess({ simulation, session }: ODataExchange): void {
  const account = simulation.options.accounts.find(({ name }) => name === session.account);
  if (account?.privileges !== undefined || account?.layouts !== undefined) throw new FileMakerFailure('9');
}

function createTable(exchange: ODataExchange): Answer {
  requireFullAccess(exchange);
  const { database, form } = exchange;
  const { tableName, fields } = newTableOf(bodyOf(exchange));
  if (database.occurrences.some(({ name }) => name === tableName))
    throw new FileMakerFailure('8309', `FQL0009/(1:1): The table "${tableName}" exists already.`, 400);
  database.addTable({ name: tableName, fields: fields.map(fieldOf) });
  return jsonAnswer(JSON.stringify({ tableName, fields }), form, 201);
}

function addFields(exchange: ODataExchange): Answer {
  requireFullAccess(exchange);
  const table = tableOf(exchange);
  const { fields } = moreFieldsOf(bodyOf(exchange));
  const described = fields.map(fieldOf);
  const twice = described.find(({ name }) => table.schema.slot(name));
  if (twice)
    throw new FileMakerFailure('8309', `FQL0009/(1:1): The column "${twice.name}" exists already.`, 400);
  for (const field of described) table.addField(field);
  return jsonAnswer(JSON.stringify({ tableName: table.name, fields }), exchange.form);
}

function removeTable(exchange: ODataExchange): Answer {
  requireFullAccess(exchange);
  exchange.database.removeTable(tableOf(exchange));
  return noContent(exchange.form);
}

function removeField(exchange: ODataExchange): Answer {
  requireFullAccess(exchange);
  const table = tableOf(exchange);
  table.schema.remove(fieldNamed(table, exchange.params['field'] ?? ''));
  return noContent(exchange.form);
}

function createIndex(exchange: ODataExchange): Answer {
  requireFullAccess(exchange);
  const { indexName } = newIndexOf(bodyOf(exchange));
  fieldNamed(tableOf(exchange), indexName).isIndexed = true;
  return jsonAnswer(JSON.stringify({ indexName }), exchange.form, 201);
}

function removeIndex(exchange: ODataExchange): Answer {
  requireFullAccess(exchange);
  fieldNamed(tableOf(exchange), exchange.params['field'] ?? '').isIndexed = false;
  return noContent(exchange.form);
}

/** A base table. Throws -1020. */
function tableOf({ database, params }: ODataExchange): Table {
  const name = params['table'] ?? '';
  const table = database.tables.get(name);
  if (!table) throw noTable(name);
  return table;
}

function fieldNamed({ schema }: Table, name: string): Field {
  const slot = schema.slot(name);
  if (!slot) throw noField(name);
  return slot.field;
}
