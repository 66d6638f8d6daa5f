/**
 * Container fields. The canonical value of one is a text that tells of the file in it, `{"name":…,"size":…,"sha256":…,"type":…}` in this
 * order; its bytes lie in a store under their hash. A request for a record does not show that much: only that there is a file.
 *
 *   R6  The same bytes under the same name are the same file, whatever type a server gives them; and where a server does not tell the
 *       name, whatever their name. Otherwise each server would seem to edit what it was sent.
 *
 * So digests of such values are made of parts (digest.ts), which can be compared one by one.
 */
import { bytesIn, type Digest, digestOf, nameIn } from './digest.ts';
import { type FileValue, fileIn, fileText } from './file-value.ts';
import type { Head, Seen } from './head.ts';
import type { FieldPlan } from './link.ts';
import type { FieldName } from './names.ts';
import type { Observation } from './observation.ts';

/**
 * What a record shows of a container that is not empty. `reference`: the path of a file elsewhere, without its content; `unasked`: a record
 * does not show whether there is a file.
 */
export type FileShown = 'file' | 'reference' | 'unasked';

export type FilesShown = Readonly<Record<FieldName, FileShown>>;

export const isContainer = ({ type }: Pick<FieldPlan, 'type'>): boolean => type === 'container';

/** All that is told of, known or not. */
export const fieldsOf = ({
  digests,
  files = {},
}: Pick<Observation, 'digests' | 'files'>): readonly FieldName[] => [
  ...Object.keys(digests),
  ...Object.keys(files).filter((field) => digests[field] === undefined),
];

/** Fields of which it is known that there is a file, and not which one, though it may be read. */
export const unknownFiles = ({
  digests,
  files = {},
  unread = [],
}: Pick<Observation, 'digests' | 'files' | 'unread'>): readonly FieldName[] =>
  Object.keys(files).filter((field) => digests[field] === undefined && !unread.includes(field));

/** Whether a field surely holds something else than is known of it. Of a file that was not read it is known only that there is one. */
export function differsFrom(
  known: Pick<Seen, 'digests' | 'unread'>,
  { digests, files = {} }: Pick<Observation, 'digests' | 'files'>,
  field: FieldName,
): boolean {
  if (known.unread?.[field] !== undefined) return false;
  const seen = digests[field];
  if (seen === undefined && files[field] !== undefined)
    return known.digests[field] === '' && files[field] !== 'unasked';
  return seen !== known.digests[field];
}

/**
 * With the files of which it is known what they are, since the row is as it was known: nothing of it was committed in between. Those that
 * could not be taken from it are marked so again. The value of one that the head does not hold any more is not known, and is '' then;
 * `withValues`: such a one is left out. `retries`: what could not be taken is not known.
 */
export function withKnownFiles<
  State extends Pick<Observation, 'recordId' | 'modId' | 'digests' | 'values' | 'files' | 'unread'>,
>(
  seen: State,
  known: Pick<Seen, 'recordId' | 'modId' | 'digests' | 'unread' | 'gone'> | undefined,
  head: Head | undefined,
  { withValues = false, retries = false }: HowKnown = {},
): State {
  const fields = unknownFiles(seen);
  if (fields.length === 0 || known === undefined || known.gone) return seen;
  if (known.recordId !== seen.recordId || known.modId !== seen.modId) return seen;
  const unread = fields.filter((field) => known.unread?.[field] !== undefined);
  const told = fields.flatMap((field) => {
    if (unread.includes(field)) return [];
    const digest = known.digests[field];
    if (digest === undefined || (digest === '' && seen.files?.[field] !== 'unasked')) return [];
    if (digest === '') return [[field, '', ''] as const];
    const value = valuesIn(head, field).find((one) => digestOf(one) === digest);
    return value === undefined && withValues ? [] : [[field, digest, value ?? ''] as const];
  });
  const marked = retries ? [] : unread;
  if (told.length + marked.length === 0) return seen;
  return {
    ...seen,
    ...(marked.length > 0 && { unread: [...(seen.unread ?? []), ...marked] }),
    digests: { ...seen.digests, ...Object.fromEntries(told.map(([field, digest]) => [field, digest])) },
    values: { ...seen.values, ...Object.fromEntries(told.map(([field, , value]) => [field, value])) },
  };
}

type HowKnown = { readonly withValues?: boolean; readonly retries?: boolean };

/** What the head holds in a field, and what waits there. */
export function valuesIn(head: Head | undefined, field: FieldName): readonly string[] {
  const of = head?.fields[field];
  if (of === undefined) return [];
  return [of, ...Object.values(of.held?.candidates ?? {})].map(({ value }) => value);
}

/** A file as it was read: `name` and `type` are '' where the server does not tell them. */
export type FileRead = FileValue;

/**
 * The value and the digest for a file that was read, given what is known to be, or may be, there: `values`, and `digests` of which the
 * values are not known.
 */
export function asKnownFile(
  read: FileRead,
  values: readonly string[],
  digests: readonly Digest[],
): { readonly value: string; readonly digest: Digest } {
  const same = values.find((value) => isSameFile(read, value));
  if (same !== undefined) return { value: same, digest: digestOf(same) };
  const value = fileText(read);
  const own = digestOf(value);
  const isKnown = (digest: Digest): boolean =>
    bytesIn(digest) === bytesIn(own) && (read.name === '' || [nameIn(own), noName].includes(nameIn(digest)));
  return { value, digest: digests.find(isKnown) ?? own };
}

/** Of the digest of a file whose name nobody told. */
const noName = nameIn(digestOf(fileText({ name: '', size: 0, sha256: '0'.repeat(64), type: '' })));

function isSameFile(read: FileRead, value: string): boolean {
  const known = fileIn(value);
  return known?.sha256 === read.sha256 && (read.name === '' || ['', read.name].includes(known.name));
}
