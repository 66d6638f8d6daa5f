/** The text that stands for a file in a container. Other texts may look like it in a field that is none: it is then as good as any. */

export type FileValue = {
  /** '' where no server told it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** 64 hexadecimal digits, lower case. */
  readonly sha256: string;
  /** Media type, such as `image/png`; '' where no server told it. */
  readonly type: string;
};

export const fileText = ({ name, size, sha256, type }: FileValue): string =>
  JSON.stringify({ name, size, sha256, type });

const start = '{"name":';
const shape = /^\{"name":"(?:[^"\\]|\\.)*","size":\d+,"sha256":"[0-9a-f]{64}","type":"(?:[^"\\]|\\.)*"\}$/s;

/** Undefined where the text is none of these. */
export function fileIn(text: string): FileValue | undefined {
  if (!text.startsWith(start) || !shape.test(text)) return undefined;
  const file: unknown = parsed(text);
  return isFile(file) && fileText(file) === text ? file : undefined;
}

/** The hashes of the files that are named anywhere in a value, however deep. */
export function filesNamedIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [fileIn(value)?.sha256 ?? []].flat();
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(filesNamedIn);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The shape allows for escapes that JSON does not have.
    return undefined;
  }
}

const isFile = (value: unknown): value is FileValue =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'size' in value &&
  typeof value.size === 'number' &&
  'sha256' in value &&
  typeof value.sha256 === 'string' &&
  'type' in value &&
  typeof value.type === 'string';

const longestName = 255;

/** Of a name that a server told: without folders, composed, and never so long that another server would cut it (assumed: 255). */
export function fileName(told: string): string {
  // A quotation mark comes back from some servers as forms write it.
  const [name = ''] = told.replaceAll('%22', '"').normalize('NFC').split(/[/\\]/).slice(-1);
  // oxlint-disable-next-line no-control-regex -- what a header cannot carry
  const clean = name.replaceAll(/[\u0000-\u001f\u007f]/g, '').trim();
  if (clean.length <= longestName) return clean;
  const [, end = ''] = /(\.[^.]{1,16})$/.exec(clean) ?? [];
  // A character of two units is not cut in two: half of one is no text, and comes back from nowhere as it was sent.
  return clean.slice(0, longestName - end.length).replace(/[\ud800-\udbff]$/, '') + end;
}
