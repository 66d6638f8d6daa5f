/**
 * A digest stands for a field's canonical value wherever two values are only compared: in replicas, in
 * `sending`, in the `seen` of a head. Empty has the digest '' whatever the type, so that "empty" can be
 * told from a digest. 128 bits of SHA-256: two different values of one field meet by chance once in 2^64.
 */
import { hash } from 'node:crypto';
import { fileIn } from './file-value.ts';
import type { FieldName } from './names.ts';

export type Digest = string;
export type Digests = Readonly<Record<FieldName, Digest>>;
/** Canonical values by field; '' is empty. */
export type Values = Readonly<Record<FieldName, string>>;

export const emptyDigest: Digest = '';

/** Longer values hardly come twice, and would be kept for nothing. */
const longestKept = 100;
/** Of the values met last, so many have their digests at hand: a page of records comes by four times on its way. */
const mostKept = 16_384;
let recent = new Map<string, Digest>();
let earlier = new Map<string, Digest>();

export function digestOf(value: string): Digest {
  if (value === '') return emptyDigest;
  if (value.length > longestKept) return computed(value);
  const known = recent.get(value);
  if (known !== undefined) return known;
  const digest = earlier.get(value) ?? computed(value);
  if (recent.size >= mostKept) [earlier, recent] = [recent, new Map()];
  recent.set(value, digest);
  return digest;
}

const computed = (value: string): Digest => {
  const digest = hash('sha256', value, 'base64url').slice(0, 22);
  const file = fileIn(value);
  return file === undefined ? digest : `${digest}.${file.sha256.slice(0, 24)}.${partOf(file.name)}`;
};

const partOf = (name: string): string => hash('sha256', name, 'base64url').slice(0, 8);

/** Of the digest of a file: what stands for its bytes, and for its name; undefined: it is of something else. */
export const bytesIn = (digest: Digest): string | undefined => digest.split('.')[1];
export const nameIn = (digest: Digest): string | undefined => digest.split('.')[2];

/** A name for something that has a long one: short enough to be typed, the same each time. */
export const codeOf = (name: string): string => hash('sha256', name, 'hex').slice(0, 16);

export function digestsOf(values: Values, fields: readonly FieldName[]): Digests {
  const digests: Record<FieldName, Digest> = {};
  for (const field of fields) digests[field] = digestOf(values[field] ?? '');
  return digests;
}

/** A text as a number below 2^52. */
export const numberOf = (text: string): number =>
  Number.parseInt(hash('sha256', text, 'hex').slice(0, 13), 16);
