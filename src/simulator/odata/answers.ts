/** Answers of OData: JSON that is already text, no content, and refusals in JSON or XML. */
import type { FileMakerFailure } from '../failure.ts';
import type { Answer } from '../http/answer.ts';
import type { SimulatorOptions } from '../description.ts';
import { asOData } from './faults.ts';
import { wantsXml, type Form, type Style } from './form.ts';

export const jsonType = 'application/json;charset=utf-8';

type Headers = Readonly<Record<string, string>>;

export const jsonAnswer = (body: string, { style }: Pick<Form, 'style'>, status = 200): Answer => ({
  status,
  code: '0',
  body,
  headers: { 'Content-Type': jsonType, 'OData-Version': style },
});

export const withHeaders = (answer: Answer, headers: Headers): Answer => ({
  ...answer,
  headers: { ...answer.headers, ...headers },
});

export const noContent = ({ style }: Pick<Form, 'style'>, headers: Headers = {}): Answer => ({
  status: 204,
  code: '0',
  body: '',
  headers: { 'Content-Type': jsonType, 'OData-Version': style, ...headers },
});

/** The name of an annotation of the control information: `@context`, or `@odata.context` in 4.0. */
export const annotation = (style: Style, name: string): string =>
  style === '4.0' ? `@odata.${name}` : `@${name}`;

export function refusedAnswer(failure: FileMakerFailure, form: Form, options: SimulatorOptions): Answer {
  const { code, message, status } = asOData(failure, options.odata);
  const isXml = wantsXml(form, status);
  return {
    status,
    code,
    body: isXml ? xmlError(code, message) : JSON.stringify({ error: { code, message } }),
    headers: {
      'Content-Type': isXml ? 'application/xml;charset=utf-8' : jsonType,
      'OData-Version': form.style,
      ...(status === 401 ? { 'WWW-Authenticate': 'Basic realm="FileMaker"' } : {}),
    },
  };
}

export const xmlError = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<m:error xmlns:m="http://docs.oasis-open.org/odata/ns/metadata"><m:code>${escaped(code)}</m:code><m:message>${escaped(message)}</m:message></m:error>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For text and attributes of XML. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (char) => entities[char] ?? char);
