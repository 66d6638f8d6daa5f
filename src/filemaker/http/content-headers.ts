/** Names and types of files, as headers tell them. What servers write there follows no one rule, so that more is read than is right. */

/** '' where it tells none. */
export function nameFrom(disposition: string | undefined): string {
  if (disposition === undefined) return '';
  const extended = /(?:^|;)\s*filename\*\s*=\s*(?:utf-8|iso-8859-1)?'[^']*'([^;]+)/i.exec(disposition)?.[1];
  const decoded = extended === undefined ? undefined : percentDecoded(extended.trim());
  if (decoded !== undefined) return decoded;
  const quoted = /(?:^|;)\s*filename\s*=\s*"((?:[^"\\]|\\.)*)"/i.exec(disposition)?.[1];
  if (quoted !== undefined) return unescaped(utf8(quoted));
  return utf8(/(?:^|;)\s*filename\s*=\s*([^;]*)/i.exec(disposition)?.[1]?.trim() ?? '');
}

/** Backslashes are for quotes, as in RFC 9110; browsers write `%22`. */
const unescaped = (text: string): string => text.replaceAll(/\\(["\\])/g, '$1').replaceAll('%22', '"');

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // It was not encoded by the rule: the plain name, if there is one, tells more.
    return undefined;
  }
}

/** Headers are read as Latin-1; what is UTF-8 in truth is told apart, since nearly no other text looks like it. */
function utf8(text: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

/** What is said of anything tells nothing. */
const general = new Set(['', 'application/octet-stream', 'binary/octet-stream']);

/** '' where it tells none. */
export function typeFrom(contentType: string | undefined): string {
  const [type = ''] = (contentType ?? '').split(';');
  const plain = type.trim().toLowerCase();
  return general.has(plain) ? '' : plain;
}

const endings: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'image/tiff': '.tif',
  'image/heic': '.heic',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
};

/** For a server that wants a name, of a file that has none. */
export const nameFor = (field: string, type: string): string =>
  `${field.replaceAll(/[/\\:]/g, '_')}${endings[type] ?? ''}`;
