/** A file in a container, for people: its name and its size instead of the text that stands for it. */
import { fileIn, fileText } from './file-value.ts';

const nothingRead = '0'.repeat(64);

/** What a dry run, which reads no file, says of one that is not known. */
export const unreadFile = fileText({ name: '', size: 0, sha256: nothingRead, type: '' });

/** Undefined where the value is none of a file. */
export function fileWords(value: string): string | undefined {
  const file = fileIn(value);
  if (file === undefined) return undefined;
  const name = file.name === '' ? 'a file' : file.name;
  return file.sha256 === nothingRead ? `${name} (not read)` : `${name}, ${sizeWords(file.size)}`;
}

const units = ['bytes', 'KB', 'MB', 'GB'] as const;

/** As 1.2 MB, in thousands. */
export function sizeWords(bytes: number): string {
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const size = bytes / 1000 ** power;
  const digits = power === 0 || size >= 100 ? 0 : 1;
  return `${Number(size.toFixed(digits))} ${units[power] ?? 'bytes'}`;
}
