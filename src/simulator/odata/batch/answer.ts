/** The multipart that answers a batch: what was answered in a change set stands in a part of its own, or flat. */
import { randomUUID } from 'node:crypto';
import { bytesOf, type Answer } from '../../http/answer.ts';

export type Answered = Answer | readonly Answer[];

const isSet = (answered: Answered): answered is readonly Answer[] => Array.isArray(answered);

const reasons: Readonly<Record<number, string>> = {
  200: 'Ok',
  201: 'Created',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  406: 'Not Acceptable',
};

export function batchAnswer(answered: readonly Answered[], isNested: boolean): Answer {
  const boundary = `b_${randomUUID()}`;
  const parts = answered.flatMap((one): Buffer[] => {
    if (!isSet(one)) return [httpPart(one)];
    return isNested ? [changeSetPart(one)] : one.map(httpPart);
  });
  return {
    status: 200,
    code: '0',
    body: multipart(parts, boundary),
    headers: { 'Content-Type': `multipart/mixed; boundary=${boundary}` },
  };
}

const multipart = (parts: readonly Buffer[], boundary: string): Buffer =>
  Buffer.concat([
    ...parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);

function changeSetPart(answers: readonly Answer[]): Buffer {
  const boundary = `cs_${randomUUID()}`;
  const head = `Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), multipart(answers.map(httpPart), boundary)]);
}

function httpPart(answer: Answer): Buffer {
  const body = bytesOf(answer);
  const headers = Object.entries(answer.headers ?? {}).filter(
    ([name]) => body.length > 0 || name !== 'Content-Type',
  );
  const head = [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    '',
    `HTTP/1.1 ${answer.status} ${reasons[answer.status] ?? 'Error'}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    '',
    '',
  ];
  return Buffer.concat([Buffer.from(head.join('\r\n')), body]);
}
