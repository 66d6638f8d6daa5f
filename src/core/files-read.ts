/** What was read of the files of a record that is not put down yet, for whoever goes on: time was over, or another of its files did not come. */
import type { EpochMs, FieldName, RecordId, ServerName, TableName } from './names.ts';

/** Bytes that lie in the store. So named that whoever looks for what names a file does not find it: it keeps none from being removed. */
export type FileInStore = { readonly hash: string; readonly size: number; readonly at: EpochMs };

/** How often the time was over before all of a file had come; `bytes` and `ms`: of the last time. */
export type CutOff = { readonly times: number; readonly bytes: number; readonly ms: number };

export type FilesRead = {
  readonly table: TableName;
  readonly server: ServerName;
  readonly recordId: RecordId;
  /** At another one the record may hold other files. */
  readonly modId: number;
  readonly files: Readonly<Record<FieldName, FileInStore>>;
  readonly cutOff: Readonly<Record<FieldName, CutOff>>;
  readonly at: EpochMs;
};

/** Longer than nobody comes back to a record; whoever stores them may remove them then, ms. */
export const filesReadKeptMs = 3 * 86_400_000;

/**
 * So long what was read counts, ms. A file that the store had for up to half a day was not stored anew, and what nothing names is removed after
 * a day: so what counts is surely there for hours.
 */
export const filesReadCountMs = 6 * 3_600_000;

/** Tries of a file that has a whole invocation to come. More take the server from its other records for longer. */
const mostCutOffs = 3;

export const fileInStore = (
  { files }: FilesRead,
  field: FieldName,
  now: EpochMs,
): FileInStore | undefined => {
  const found = files[field];
  return found !== undefined && found.at > now - filesReadCountMs ? found : undefined;
};

export const withFileRead = (
  read: FilesRead,
  field: FieldName,
  file: Omit<FileInStore, 'at'>,
  at: EpochMs,
): FilesRead => {
  const { [field]: _over, ...cutOff } = read.cutOff;
  return { ...read, at, cutOff, files: { ...read.files, [field]: { ...file, at } } };
};

export const withCutOff = (
  read: FilesRead,
  field: FieldName,
  last: Omit<CutOff, 'times'>,
  at: EpochMs,
): FilesRead => {
  const times = (read.cutOff[field]?.times ?? 0) + 1;
  return { ...read, at, cutOff: { ...read.cutOff, [field]: { ...last, times } } };
};

/** Undefined: it is tried. */
export const tooSlow = ({ cutOff }: FilesRead, field: FieldName): CutOff | undefined => {
  const found = cutOff[field];
  return found !== undefined && found.times >= mostCutOffs ? found : undefined;
};

/** Somebody asked for it, or edited the record, in which there may be another file now: one more try, and no more. */
export const withOneMoreTry = (read: FilesRead, at: EpochMs): FilesRead => ({
  ...read,
  at,
  cutOff: Object.fromEntries(
    Object.entries(read.cutOff).map(([field, { times, ...last }]) => [
      field,
      { ...last, times: Math.min(times, mostCutOffs - 1) },
    ]),
  ),
});
