/** How far a file has come, as a line. Nothing of the file but its size (R9). */
import { sizeWords } from '../core/file-words.ts';
import type { EngineEvent } from '../engine/events.ts';

const preposition = { going: 'to', coming: 'from' } as const;

export function transferLine({
  table,
  server,
  field,
  way,
  bytes,
  total,
}: Extract<EngineEvent, { readonly kind: 'transferring' }>): string {
  const where = `${table}: a file for ${field}, ${preposition[way]} ${server}`;
  if (total === undefined) return `${where}: ${sizeWords(bytes)} so far`;
  const percent = total === 0 ? 100 : Math.floor((bytes * 100) / total);
  return `${where}: ${sizeWords(bytes)} of ${sizeWords(total)} (${percent} %)`;
}
