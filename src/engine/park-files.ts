/** Why a record is parked for a file in one of its containers. Reasons name the field and sizes, never the file (R9). */
import { sizeWords } from '../core/file-words.ts';
import type { CutOff } from '../core/files-read.ts';
import type { FieldName, Key } from '../core/names.ts';
import type { Observation } from '../core/observation.ts';
import type { FileKeeping, Place } from './engine.ts';
import type { Reason } from './park.ts';

/** Of those that are parked since a file of theirs could not be taken from the server. */
export const fileCodes: readonly string[] = [
  'file-too-large',
  'file-reference',
  'file-unread',
  'file-busy',
  'file-slow',
];

const inContainer = ({ plan, link }: Place, field: FieldName): string =>
  `container ${field} of a record in table ${plan.name} on server ${link.server}`;

export const tooLargeFile = (
  place: Place,
  key: Key,
  field: FieldName,
  { size }: { readonly size: number | undefined },
  { limitBytes }: Pick<FileKeeping, 'limitBytes'>,
): Reason => ({
  key,
  fields: [field],
  code: 'file-too-large',
  reason:
    `the file in ${inContainer(place, field)} is ${size === undefined ? '' : `${sizeWords(size)}, `}larger than the limit of ` +
    `${sizeWords(limitBytes)}: raise containers: limit in the configuration (up to 1 GB), or put a smaller file there`,
});

export const referencedFile = (place: Place, key: Key, field: FieldName): Reason => ({
  key,
  fields: [field],
  code: 'file-reference',
  reason:
    `${inContainer(place, field)} holds the path of a file, not the file: insert it without "Store only a reference to the file"; ` +
    'to keep large files outside of the database, let FileMaker manage them (Manage > Database > Fields > Options > Storage > Store container data externally)',
});

export const brokenFile = (
  place: Place,
  key: Key,
  field: FieldName,
  reason: string,
  version: number,
): Reason => ({
  key,
  version,
  fields: [field],
  code: 'file-unread',
  reason:
    `the file in ${inContainer(place, field)} cannot be read: ${reason}; open the record in FileMaker and export the field's ` +
    'contents: where that fails too, insert the file anew',
});

export const slowFile = (
  place: Place,
  { key, recordId }: Observation,
  field: FieldName,
  { times, bytes, ms }: CutOff,
): Reason => ({
  key,
  recordId,
  fields: [field],
  code: 'file-slow',
  reason:
    `the file in ${inContainer(place, field)} comes too slowly: in each of ${times} tries the time was over first, at last with ${sizeWords(bytes)} in ` +
    `${Math.round(ms / 60_000)} minutes; lower containers: limit in the configuration, put a smaller file there, or make the way to the server faster ` +
    'and ask for one more try (serversync parked retry)',
});

export const busyRecord = ({ plan, link }: Place, key: Key, reads: number, version: number): Reason => ({
  key,
  version,
  code: 'file-busy',
  reason:
    `a record in table ${plan.name} on server ${link.server} was changed each of the ${reads} times that its files were read: ` +
    'it goes when it is left alone for as long as reading them takes. What is set again and again (a counter, a time) belongs into a table without files',
});

export const unreadFiles = (place: Place, key: Key, fields: readonly FieldName[]): Reason => ({
  key,
  fields,
  code: 'file-unread',
  reason: `server ${place.link.server} gives no files of containers away by its API: name api: data for it in the configuration`,
});
