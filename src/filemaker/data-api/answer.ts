/**
 * What the Data API answers. The HTTP status says little: the codes in `messages` decide
 * (help.claris.com data-api-guide error-responses), and what has none did not come from the Data API.
 */
import { type Answer, valueAt } from '../http/answer.ts';
import type { HttpReply } from '../http/transport.ts';
import { parseWire } from '../http/wire-json.ts';

export function answerOf(reply: HttpReply): Answer {
  if (reply.kind !== 'response') return reply;
  const body = parseWire(reply.text);
  const messages = valueAt(body, 'messages');
  const code = codeIn(messages);
  if (code !== undefined) {
    const message = messageOf(messages, code);
    return { kind: 'envelope', code, message, response: valueAt(body, 'response'), http: reply };
  }
  const type = reply.contentType === '' ? 'no content type' : reply.contentType;
  const reason = `it answered HTTP ${reply.status} (${type}) with no Data API answer in it`;
  return { kind: 'unreadable', status: reply.status, reason };
}

function codeIn(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const codes = messages.map((message: unknown) => valueAt(message, 'code'));
  if (!codes.every((code) => typeof code === 'string' || typeof code === 'number')) return undefined;
  return codes.map(String).find((code) => code !== '0') ?? '0';
}

function messageOf(messages: unknown, code: string): string {
  const all: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const told = valueAt(
    all.find((one) => String(valueAt(one, 'code')) === code),
    'message',
  );
  return typeof told === 'string' ? told : '';
}
