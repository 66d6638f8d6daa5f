/** A head that knows nothing of a server any more: another one may come under its name. */
import type { Head, HeadField } from './head.ts';
import type { ServerName } from './names.ts';

/**
 * The next version of the head; undefined where it knows nothing of the server. Values that came from it stay, and so do conflicts,
 * in which its candidate of a held field is kept (R5).
 */
export function withoutServer(head: Head, server: ServerName): Head | undefined {
  const isHeldFor = ({ held }: HeadField): boolean => held?.candidates[server] !== undefined;
  const fields = Object.entries(head.fields);
  if (head.seen[server] === undefined && !fields.some(([, field]) => isHeldFor(field))) return undefined;
  const { [server]: _, ...seen } = head.seen;
  const { history, version } = head;
  return {
    ...head,
    version: version + 1,
    seen,
    fields: Object.fromEntries(fields.map(([name, field]) => [name, withoutCandidate(field, server)])),
    // What the head holds is as it was, so that its history is still whole.
    ...(history?.upTo === version && { history: { ...history, upTo: version + 1 } }),
  };
}

function withoutCandidate(field: HeadField, server: ServerName): HeadField {
  if (field.held?.candidates[server] === undefined) return field;
  const { [server]: _, ...candidates } = field.held.candidates;
  return { ...field, held: { ...field.held, candidates } };
}
