/** What was asked of AWS, in the units that are paid for. */

export const usageKinds = [
  /** Of DynamoDB, on demand: up to 4 KB read strongly consistently; up to 1 KB written. */
  'readUnits',
  'writeUnits',
  /** Of SQS: a request for each 64 KB begun. */
  'queueRequests',
  /** Of S3: PUT, COPY, POST and LIST; GET and all others. */
  'objectPuts',
  'objectGets',
] as const;

export type UsageKind = (typeof usageKinds)[number];

export type Usage = Readonly<Record<UsageKind, number>>;

export const noUsage: Usage = {
  readUnits: 0,
  writeUnits: 0,
  queueRequests: 0,
  objectPuts: 0,
  objectGets: 0,
};

const each = (of: (kind: UsageKind) => number): Usage => ({
  readUnits: of('readUnits'),
  writeUnits: of('writeUnits'),
  queueRequests: of('queueRequests'),
  objectPuts: of('objectPuts'),
  objectGets: of('objectGets'),
});

export const plus = (one: Usage, other: Usage): Usage => each((kind) => one[kind] + other[kind]);

export const times = (usage: Usage, factor: number): Usage => each((kind) => usage[kind] * factor);
