/**
 * `$batch` as FileMaker Server takes it: `multipart/mixed`, CRLF throughout, each write in a change set of its own and with its
 * length in bytes, nothing but paths below the service root without `.fmp12`, and the credentials outside only.
 * No package writes it so (the ones for FileMaker count characters, or leave the blank lines out).
 */

export type Operation =
  | { readonly method: 'GET'; readonly path: string; readonly prefer?: string }
  | {
      readonly method: 'POST' | 'PATCH' | 'DELETE';
      readonly path: string;
      readonly prefer?: string;
      readonly ifMatch?: string;
      readonly body?: string;
    };

/** The answer to one operation; status 0: what stands in its place cannot be read. */
export type Part = {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The server says that no record was concerned. */
  readonly isOfNone?: true;
};

const end = '\r\n';

/** `accept`: of what is read. No boundary begins with another: who looks for no more than its beginning takes neither for the other. */
export function batchBody(operations: readonly Operation[], boundary: string, accept: string): string {
  const parts = operations.map((operation, place) =>
    operation.method === 'GET'
      ? [`--${boundary}`, ...applicationHttp, '', ...requestLines(operation, accept)]
      : changeSet(operation, boundary, `set_${place}_${boundary}`),
  );
  return [...parts.flat(), `--${boundary}--`, ''].join(end);
}

const applicationHttp = ['Content-Type: application/http', 'Content-Transfer-Encoding: binary'];

const changeSet = (operation: Operation, boundary: string, own: string): readonly string[] => [
  `--${boundary}`,
  `Content-Type: multipart/mixed; boundary=${own}`,
  '',
  `--${own}`,
  ...applicationHttp,
  '',
  ...requestLines(operation, undefined),
  `--${own}--`,
];

/** Ends with the body, or with two blank lines: without the second one the next part is not seen. */
function requestLines(operation: Operation, accept: string | undefined): readonly string[] {
  const { method, path, prefer } = operation;
  const head = [
    `${method} ${path} HTTP/1.1`,
    ...(accept === undefined ? [] : [`Accept: ${accept}`]),
    ...(prefer === undefined ? [] : [`Prefer: ${prefer}`]),
  ];
  if (operation.method === 'GET') return [...head, '', ''];
  const { body, ifMatch } = operation;
  if (ifMatch !== undefined) head.push(`If-Match: ${ifMatch}`);
  if (body === undefined) return [...head, '', ''];
  return [...head, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, '', body];
}

/**
 * The answers in their order, those within change sets too; fewer than operations where the server stopped. `isWhole`: the end of the
 * answer is there. Undefined where it is no such answer.
 */
export function partsIn(
  contentType: string,
  text: string,
): { readonly parts: readonly Part[]; readonly isWhole: boolean } | undefined {
  const boundary = boundaryIn(contentType);
  if (boundary === undefined) return undefined;
  const pieces = `\n${text}`.split(separatorOf(boundary));
  if (pieces.length < 2) return undefined;
  const closing = pieces.findIndex((piece, place) => place > 0 && piece.startsWith('--'));
  const bodies = pieces.slice(1, closing < 0 ? undefined : closing);
  return { parts: bodies.map(partOf), isWhole: closing >= 0 };
}

/** To the end of its line, since the boundary of a change set may begin with that of the batch. */
const separatorOf = (boundary: string): RegExp =>
  new RegExp(`\\n--${boundary.replaceAll(/[^\w]/g, String.raw`\$&`)}(?=--|[ \\t]*(?:\\r?\\n|$))`);

const boundaryIn = (contentType: string): string | undefined =>
  /^\s*multipart\/mixed\b/i.test(contentType)
    ? (/;\s*boundary="?([^";]+)"?/i.exec(contentType)?.[1]?.trim() ?? undefined)
    : undefined;

/** Always one, so that those behind it keep their places. */
function partOf(piece: string): Part {
  const { headers, body } = headAndBody(piece.replace(/^[ \t]*\r?\n/, ''));
  const type = headers.get('content-type') ?? '';
  const nested = partsIn(type, body);
  if (nested !== undefined) return (nested.parts.length === 1 ? nested.parts[0] : undefined) ?? unreadable;
  const [, status, rest] = /^\s*HTTP\/\d(?:\.\d)?\s+(\d{3})[^\n]*\n?([\s\S]*)$/.exec(body) ?? [];
  if (status === undefined) return unreadable;
  const inner = headAndBody(rest ?? '');
  return {
    status: Number(status),
    contentType: inner.headers.get('content-type') ?? '',
    text: inner.body.trim(),
    ...(inner.headers.get('fmodata.affected_rows') === '0' && { isOfNone: true as const }),
  };
}

const unreadable: Part = { status: 0, contentType: '', text: '' };

function headAndBody(text: string): {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
} {
  const [gap = ''] = /^\r?\n|\r?\n\r?\n|$/.exec(text) ?? [];
  const at = text.search(/^\r?\n|\r?\n\r?\n|$/);
  const headers = text
    .slice(0, at)
    .split(/\r?\n/)
    .flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
    });
  return { headers: new Map(headers), body: text.slice(at + gap.length) };
}
