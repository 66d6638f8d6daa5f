/**
 * Records that are set aside with the reason, so that the rest may pass (R7). Reasons name the place and the
 * remedy; they never hold what is in the record, its key included (R9).
 */
import type { Parked } from '../core/conflict.ts';
import type { Head } from '../core/head.ts';
import type { FieldName, Key, RecordId } from '../core/names.ts';
import { parkedAgain } from '../core/parking.ts';
import type { WriteOutcome } from '../ports/server.ts';
import type { Engine, Place } from './engine.ts';
import { fileCodes } from './park-files.ts';

export type Reason = {
  readonly key: Key;
  readonly code: string;
  readonly reason: string;
  readonly recordId?: RecordId;
  readonly version?: number;
  readonly fields?: readonly FieldName[];
};

/** Parked records that have no key are known by their row; nobody's key looks like this. */
export const rowKey = (recordId: RecordId): Key => `(record id ${recordId})`;

export const emptyKey = ({ plan, link }: Place, recordId: RecordId): Reason => ({
  key: rowKey(recordId),
  recordId,
  code: 'empty-key',
  reason:
    `the key field ${plan.key.name} is empty in the record with id ${recordId} on server ${link.server}: ` +
    'give it a key (an auto-enter calculation of Get ( UUID ) does it for new records)',
});

const alike: Readonly<Record<string, string>> = {
  'doubled-key': 'more than one record has this key',
  'look-alike-key':
    'another record has a key that differs only in case, accents or blanks, which FileMaker may take for the same',
};

export const ambiguousKey = ({ plan, link }: Place, key: Key, code: string): Reason => ({
  key,
  code,
  reason:
    `${alike[code] ?? code} in table ${plan.name} on server ${link.server}: ` +
    `keep one of them, or give the others a new ${plan.key.name}`,
});

export const unfindableRecord = ({ plan, link }: Place, key: Key, recordId: RecordId): Reason => ({
  key,
  recordId,
  code: 'unfindable',
  reason:
    `a find for this key in table ${plan.name} on server ${link.server} does not find the record with id ${recordId}, ` +
    `which has it: look at the type of ${plan.key.name} there and at what it holds (text in a number field, ` +
    'blanks, line ends, an index that has to be made anew)',
});

export const hiddenRecord = ({ plan, link }: Place, key: Key, recordId: RecordId): Reason => ({
  key,
  recordId,
  code: 'hidden',
  reason:
    `the account of the sync may not see the record with id ${recordId} in table ${plan.name} on server ${link.server} any ` +
    'more: its privilege set has to allow viewing all records of the table. The record counts as it was; nothing is deleted',
});

export const unclearRecord = (
  { plan, link }: Place,
  key: Key,
  version: number,
  attempts: number,
): Reason => ({
  key,
  version,
  code: 'no-answer',
  reason:
    `server ${link.server} gave no clear answer to ${attempts} attempts to write this record in table ${plan.name}, ` +
    'and does not hold it as it was sent: look into the logs of FileMaker Server and of what stands before it for ' +
    'that time (a script trigger, a record that is too large, a proxy)',
});

export const refusedRecord = (
  { link }: Place,
  { key, version }: Pick<Head, 'key' | 'version'>,
  { code, reason }: Extract<WriteOutcome, { readonly kind: 'refused' }>,
  fields: readonly FieldName[],
): Reason => ({
  key,
  code,
  version,
  // Of files it is said why they do not go there, before any server is asked.
  reason: code.startsWith('file-')
    ? `${reason} (server ${link.server})`
    : `server ${link.server} refused it with code ${code}${fieldWords(fields)}: ${reason}`,
  ...(fields.length > 0 && { fields }),
});

function fieldWords(fields: readonly FieldName[]): string {
  if (fields.length === 0) return '';
  return fields.length === 1 ? ` (field ${fields[0]})` : ` (one of the fields ${fields.join(', ')})`;
}

/** Counts what was parked; each kind is reported once for the call. */
export async function parkRecords(
  engine: Engine,
  { plan, link }: Place,
  reasons: readonly Reason[],
  counter?: { parked: number },
): Promise<void> {
  if (reasons.length === 0) return;
  const place = { table: plan.name, server: link.server };
  const keys = reasons.map(({ key }) => key);
  const before = await engine.control.parkedAmong(plan.name, link.server, keys);
  const now = engine.clock.now();
  const parked = reasons
    .filter((reason) => isToBeRead(reason) || !isParkedForFile(before.get(reason.key)))
    .map((reason) => parkedAgain({ version: 0, ...reason, ...place, at: now }, before.get(reason.key)));
  await engine.control.park(parked);
  if (counter) counter.parked += reasons.length;
  for (const [code, of] of Map.groupBy(reasons, (reason) => reason.code)) {
    engine.report({ kind: 'parked', ...place, code, reason: of[0]?.reason ?? code, records: of.length });
  }
}

/** What a server refuses of such a record is found again once its file is there; that it lacks the file would be forgotten (R2). */
const isParkedForFile = (before: Parked | undefined): boolean => before !== undefined && isOfFile(before);

/** Takes records out that are in order again. */
export async function unpark(
  engine: Engine,
  { plan, link }: Place,
  keys: readonly Key[],
  which: (parked: Parked) => boolean = () => true,
): Promise<void> {
  if (keys.length === 0) return;
  const parked = await engine.control.parkedAmong(plan.name, link.server, keys);
  const mended = [...parked.values()].filter(which).map((one) => one.key);
  if (mended.length > 0) await engine.control.unpark(plan.name, link.server, mended);
}

const unclearCodes: readonly string[] = [
  'empty-key',
  'doubled-key',
  'look-alike-key',
  'unfindable',
  'hidden',
  'value-missing',
];

export const isKeyless = ({ code }: Parked): boolean => code === 'empty-key';

/** Parked because it is not clear which record it is or what it was, not for what the server refused to take. */
export const isUnclear = ({ code }: Pick<Parked, 'code'>): boolean => unclearCodes.includes(code);

/** Parked since a file of it could not be taken from its server. */
export const isOfFile = ({ code }: Pick<Parked, 'code'>): boolean => fileCodes.includes(code);

/** Once it is read in order on its server nothing is wrong any more. */
export const isToBeRead = (parked: Pick<Parked, 'code'>): boolean => isUnclear(parked) || isOfFile(parked);

/** Seeing the record in order on its server is all that was wanted. */
export const isMendedBySight = (parked: Parked): boolean => isToBeRead(parked) || parked.code === 'missing';

/** Those of the keys that a find did not find on the server though a record there has them. */
export async function unfindableAmong(
  engine: Engine,
  { plan, link }: Place,
  keys: readonly Key[],
): Promise<ReadonlySet<Key>> {
  if (keys.length === 0) return new Set();
  const parked = await engine.control.parkedAmong(plan.name, link.server, keys);
  return new Set([...parked.values()].filter(({ code }) => code === 'unfindable').map(({ key }) => key));
}
