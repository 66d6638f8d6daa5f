/** `Webhook.Add`, `Get`, `GetAll`, `Delete` and `Invoke` (FileMaker Server 22.0.4 and later). */
import { z } from 'zod';
import { FileMakerFailure } from '../../failure.ts';
import type { Answer } from '../../http/answer.ts';
import { visibleRows } from '../../http/exchange.ts';
import { annotation, jsonAnswer } from '../answers.ts';
import { type ODataExchange, type ODataRoute, occurrenceOf } from '../exchange.ts';
import { badBody, syntaxError } from '../faults.ts';
import { featuresOf } from '../form.ts';
import { operationOf, shownWebhook, webhookBody } from './webhook.ts';
import { noWebhook, type Webhooks } from './webhooks.ts';

const path = (name: string): Pick<ODataRoute, 'path' | 'kind' | 'scope'> & { scope: 'database' } => ({
  kind: 'webhook',
  path: `:database/Webhook.${name}`,
  scope: 'database',
});

export const webhookRoutes: readonly ODataRoute[] = [
  { ...path('GetAll'), method: 'GET', handle: all },
  { ...path('Get()'), method: 'GET', handle: one },
  { ...path('Add'), method: 'POST', handle: add },
  { ...path('Delete()'), method: 'POST', handle: remove },
  { ...path('Invoke()'), method: 'POST', handle: invoke },
];

/** Throws -1002 where the version has none. */
function webhooksOf({ simulation, params }: ODataExchange): Webhooks {
  const { webhooks: isOn = featuresOf(simulation.options).webhooks, webhookSuffix = false } =
    simulation.options.odata ?? {};
  if (!isOn || simulation.webhooks === undefined) throw syntaxError('Webhook');
  if (webhookSuffix && !(params['database'] ?? '').toLowerCase().endsWith('.fmp12'))
    throw new FileMakerFailure('802', undefined, 404);
  return simulation.webhooks;
}

function all(exchange: ODataExchange): Answer {
  const webhooks = webhooksOf(exchange).list(exchange.database).map(shownWebhook);
  return answer(exchange, { status: 'ACTIVE', webhooks });
}

function one(exchange: ODataExchange): Answer {
  return answer(exchange, shownWebhook(webhooksOf(exchange).get(exchange.database, idOf(exchange))));
}

function add(exchange: ODataExchange): Answer {
  const webhooks = webhooksOf(exchange);
  const body = webhookBody.safeParse(jsonOf(exchange));
  if (!body.success) throw badBody();
  const occurrence = occurrenceOf(exchange, body.data.tableName);
  const { id } = webhooks.add(exchange.database, { body: body.data, occurrence, addedBy: exchange });
  return jsonAnswer(JSON.stringify({ webhookResult: { webhookID: id } }), exchange.form);
}

function remove(exchange: ODataExchange): Answer {
  const id = idOf(exchange);
  webhooksOf(exchange).remove(exchange.database, id);
  return jsonAnswer(JSON.stringify({ webhookResult: { webhookID: id } }), exchange.form);
}

const invokeBody = z.object({ rowIDs: z.array(z.int()).default([]) });

/** None named: all records. */
async function invoke(exchange: ODataExchange): Promise<Answer> {
  const webhooks = webhooksOf(exchange);
  const webhook = webhooks.get(exchange.database, idOf(exchange));
  const body = invokeBody.safeParse(jsonOf(exchange));
  if (!body.success) throw badBody();
  const wanted = new Set(body.data.rowIDs);
  const { rows } = visibleRows(exchange, webhook.occurrence.table);
  const chosen = wanted.size === 0 ? rows : rows.filter(({ id }) => wanted.has(id));
  const ids = chosen.map(({ id }) => id);
  await webhooks.calls.once(webhook, operationOf('UPDATE', ids, chosen));
  return jsonAnswer(JSON.stringify({ webhookResult: { webhookID: webhook.id } }), exchange.form);
}

function answer({ form, databaseUrl }: ODataExchange, content: object): Answer {
  const context = { [annotation(form.style, 'context')]: `${databaseUrl}/$metadata#WebHook Processor` };
  return jsonAnswer(JSON.stringify({ ...(form.metadata === 'none' ? {} : context), ...content }), form);
}

/** Throws -1061 for what is no id. */
function idOf({ key = '' }: ODataExchange): number {
  if (!/^\d{1,9}$/.test(key)) throw noWebhook();
  return Number(key);
}

function jsonOf({ body }: ODataExchange): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw badBody();
  }
}
