/**
 * Names, keys and instants as parts of DynamoDB's partition and sort keys. Strings are ordered by their UTF-8 bytes there,
 * a sort key has at most 1024 of them, a partition key 2048 (docs.aws.amazon.com, "Constraints in Amazon DynamoDB").
 */
import { hash } from 'node:crypto';

/** A part that `#` may stand after: no two lists of parts give the same key. */
export const part = (text: string): string => text.replaceAll('%', '%25').replaceAll('#', '%23');

export const partsOf = (...texts: readonly string[]): string => texts.map(part).join('#');

export const partsIn = (joined: string): readonly string[] =>
  joined.split('#').map((one) => one.replaceAll('%23', '#').replaceAll('%25', '%'));

/** What a sort key takes with room for what stands before it. */
const mostBytes = 900;

/**
 * A key as (the end of) a sort key: as it stands where it fits, so that order and equality are those of the key's bytes. A
 * longer one is cut and ends in its hash; it is longer than any that fits, so that it equals none of those.
 */
export const sortKeyOf = (key: string): string =>
  isCut(key) ? `${sortKeyStart(key)}~${hash('sha256', key, 'base64url')}` : key;

/** What the sort keys of all keys that begin so begin with. */
export const sortKeyStart = (start: string): string =>
  isCut(start)
    ? Buffer.from(start)
        .subarray(0, mostBytes)
        .toString('utf8')
        .replace(/\uFFFD$/, '')
    : start;

export const isCut = (key: string): boolean => Buffer.byteLength(key) > mostBytes;

/** A number as 16 hexadecimal digits whose order is the numbers' own, fractions and negative ones included. */
export function sortableNumber(value: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  const bits = bytes.readBigUInt64BE();
  const sign = 1n << 63n;
  const ordered = bits & sign ? ~bits & 0xffff_ffff_ffff_ffffn : bits | sign;
  return ordered.toString(16).padStart(16, '0');
}

/** Heads, and replicas of one server, lie in so many partitions: each takes 1,000 writes a second at most. */
export const shardCount = 64;

export const shardOf = (key: string): number =>
  Number.parseInt(hash('sha256', key, 'hex').slice(0, 4), 16) % shardCount;
