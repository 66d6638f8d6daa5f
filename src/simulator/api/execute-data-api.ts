/**
 * The script step Execute FileMaker Data API (pro-help execute-filemaker-data-api): one request inside the file, answered as the
 * Data API answers it. It writes from FileMaker 2024 on. That each request is a commit of its own, and that a script of the Data
 * API may use it for writing, is assumed.
 */
import { FileMakerFailure } from '../failure.ts';
import { refused, type Answer } from '../http/answer.ts';
import type { InSession } from '../http/exchange.ts';
import { type JsonObject, parseBody, textOf } from '../http/json-body.ts';

/** What takes no part in the body: it says where the request goes. */
const envelopeKeys = new Set(['action', 'version', 'layouts', 'recordId']);

export async function executeDataApi(exchange: InSession, request: string): Promise<string> {
  const answer = await answerOf(exchange, request);
  // The step gives its JSON with line breaks and tabs.
  return JSON.stringify(JSON.parse(answer.body.toString()), null, '\t').replaceAll('\n', '\r');
}

async function answerOf(exchange: InSession, request: string): Promise<Answer> {
  try {
    return await run(exchange, parseBody(request));
  } catch (error) {
    if (error instanceof FileMakerFailure) return refused(error);
    throw error;
  }
}

async function run(exchange: InSession, request: JsonObject): Promise<Answer> {
  const { simulation, database } = exchange;
  const { action = 'read', version = 'v1', layouts = '', recordId = '' } = request;
  if (action !== 'read' && !simulation.profile.writeOptions)
    throw new FileMakerFailure('960', `Parameter is invalid: action`);
  const [method, end] = wayOf(textOf(action), textOf(recordId));
  const layout = `/databases/${encodeURIComponent(database.name)}/layouts/${encodeURIComponent(textOf(layouts))}`;
  const found = simulation.routes?.find(method, `/fmi/data/${textOf(version)}${layout}${end}`);
  if (found === undefined || found.route.auth !== 'token') throw new FileMakerFailure('1700');
  const body = Object.fromEntries(Object.entries(request).filter(([key]) => !envelopeKeys.has(key)));
  const { params, query, route } = found;
  return route.handle({ ...exchange, params, query, body: Buffer.from(JSON.stringify(body)) });
}

function wayOf(action: string, recordId: string): readonly [string, string] {
  const record = `/records/${encodeURIComponent(recordId)}`;
  switch (action) {
    case 'create':
      return ['POST', '/records'];
    case 'update':
      return ['PATCH', record];
    case 'delete':
      return ['DELETE', record];
    case 'read':
      return recordId === '' ? ['POST', '/_find'] : ['GET', record];
    default:
      throw new FileMakerFailure('960', 'Parameter is invalid: action');
  }
}
