/** The OData switches of a description in a file. */
import { z } from 'zod';

const flag = z.boolean().exactOptional();

export const odataOptions = z.strictObject({
  enabled: flag,
  annotations: z.enum(['4.0', '4.01']).exactOptional(),
  heedsVersion: flag,
  metadataSuffix: flag,
  updatesAnswer: flag,
  entityIds: flag,
  openRoot: flag,
  pageRows: z.int().positive().exactOptional(),
  caseSensitive: flag,
  quoteUnderscores: flag,
  filterRowIds: flag,
  rowIdAddresses: flag,
  ignoresChanges: flag,
  refusesHidden: flag,
  countNeedsAnyAccept: flag,
  upsert: z.strictObject({ inBatch: flag, outside: flag }).exactOptional(),
  batch: z
    .strictObject({
      stopsOnError: flag,
      continueOnError: flag,
      rollsBack: flag,
      nestedAnswers: flag,
      location: flag,
      operationMs: z.number().nonnegative().exactOptional(),
    })
    .exactOptional(),
  filteredWritesAreOne: flag,
  refusalStatus: z.int().min(400).max(599).exactOptional(),
  prohibitsModification: flag,
  convertsWrittenZones: flag,
  webhooks: flag,
  webhookSuffix: flag,
  jsonFaults: z.strictObject({ questionMarks: flag, bareFractions: flag, rawControls: flag }).exactOptional(),
});
