/**
 * What is said to our FileMaker script and what it answers (filemaker/README.md).
 *
 * Lines of JSON, parted by CR: a head, a line for each write, and `end`, so that a text that was cut off shows. A write is the
 * very request of the step Execute FileMaker Data API, which takes what the Data API takes: dates in the US form whatever the
 * file's locale, numbers as text, `name(2)` for repetitions, the same validation and the same codes. So a record comes out the
 * same, whichever way it went. Only a delete is spelled out in steps, since that step has no condition for it (R3).
 */
import type { RecordId } from '../../core/names.ts';
import { type Answer, type Envelope, valueAt } from '../http/answer.ts';
import { answerOf } from './answer.ts';
import { parseWire } from '../http/wire-json.ts';
import { apiVersion } from './connection.ts';
import { scriptOptions } from './write-options.ts';

export const contractVersion = 1;

/**
 * The script begins no further record after so long, ms. Long waits for slow files, but a request whose answer was lost may act
 * that long, so it must stay well below `lateWriteMs` of the engine. Assumed.
 */
export const mostMs = 4_000;

export type Head = {
  readonly count: number;
  readonly keyField: string;
  readonly echo?: string;
};

export type Line =
  | { readonly action: 'create'; readonly layout: string; readonly fieldData: object }
  | {
      readonly action: 'update';
      readonly layout: string;
      readonly recordId: RecordId;
      readonly modId: string;
      readonly fieldData: object;
    }
  /** `check` does what `remove` does, but for the delete. */
  | {
      readonly action: 'remove' | 'check';
      readonly recordId: RecordId;
      readonly modId: string;
      readonly find: string;
    };

export function lineOf(line: Line): string {
  if (!('layout' in line)) return jsonLine(line);
  const { layout, ...rest } = line;
  return jsonLine({ ...rest, layouts: layout, version: apiVersion, options: scriptOptions });
}

export const parameterOf = (head: Head, lines: readonly string[]): string =>
  [jsonLine({ serversync: contractVersion, mostMs, ...head }), ...lines, 'end'].join('\r');

/** JSON leaves these characters as they are, and FileMaker may take some for the end of a line (assumed). */
const oddLineEnds = /[\u007f-\u009f\u2028\u2029]/g;

const jsonLine = (value: object): string =>
  JSON.stringify(value).replaceAll(
    oddLineEnds,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** What the script told of itself. */
export type Told = {
  /** Get(CurrentTimeUTCMilliseconds) when it began. */
  readonly utc: string;
  readonly ms: number;
  readonly application: string;
  readonly layout: string;
  readonly echo: string;
};

export type ScriptResult =
  /** An answer for each write that it came to, in order; undefined where one cannot be read. */
  | { readonly kind: 'done'; readonly told: Told; readonly answers: readonly (Envelope | undefined)[] }
  /** It surely did nothing. */
  | { readonly kind: 'nothing'; readonly why: 'script-missing' | 'script-other-version' | 'parameter-cut' }
  | { readonly kind: 'unclear'; readonly code: string };

const stage = '.prerequest';

export function resultOf(answer: Envelope): ScriptResult {
  const result = valueAt(answer.response, `scriptResult${stage}`);
  const error = textAt(answer.response, `scriptError${stage}`) ?? answer.code;
  if (typeof result === 'string' && result !== '') return read(answer, result, error);
  if (answer.code === '104' || error === '104') return { kind: 'nothing', why: 'script-missing' };
  return { kind: 'unclear', code: error === '0' ? answer.code : error };
}

function read(answer: Envelope, result: string, error: string): ScriptResult {
  const lines = result.split(/\r\n|\r|\n/);
  const head = parseWire(lines[0] ?? '');
  const version = valueAt(head, 'serversync');
  if (typeof version === 'number' && version !== contractVersion)
    return { kind: 'nothing', why: 'script-other-version' };
  const refusal = valueAt(head, 'error');
  if (refusal === 'version') return { kind: 'nothing', why: 'script-other-version' };
  if (refusal === 'cut') return { kind: 'nothing', why: 'parameter-cut' };
  if (version !== contractVersion || lines[Number(valueAt(head, 'done')) + 1] !== 'end')
    return { kind: 'unclear', code: error };
  const answers = lines.slice(1, Number(valueAt(head, 'done')) + 1);
  return { kind: 'done', told: toldIn(head), answers: answers.map((text) => envelopeIn(answer, text)) };
}

function envelopeIn({ http }: Envelope, text: string): Envelope | undefined {
  const answer: Answer = answerOf({ ...http, text });
  return answer.kind === 'envelope' ? answer : undefined;
}

/** FileMaker writes numbers as numbers or as text. */
function textAt(from: unknown, name: string): string | undefined {
  const value = valueAt(from, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function toldIn(head: unknown): Told {
  const text = (name: string): string => textAt(head, name) ?? '';
  return {
    utc: text('utc'),
    ms: Number(text('ms')) || 0,
    application: text('application'),
    layout: text('layout'),
    echo: text('echo'),
  };
}

/** Both stages of the one request that carries the script: it runs before the find, so that what it does to the found set is no matter. */
export const scriptParameters = (name: string, parameter: string): Record<string, string> => ({
  [`script${stage}`]: name,
  [`script${stage}.param`]: parameter,
});
