/**
 * A file on its way out of the store into a container of a server.
 *
 *   R2  What comes out of the store is what went in, or does not come to its end: then nothing is written.
 *   R9  A refusal names the field, never the file.
 */
import type { FileValue } from '../core/file-value.ts';
import type { EpochMs, FieldName } from '../core/names.ts';
import { FileBrokenOff, type Files } from '../ports/files.ts';
import type { WriteOutcome } from '../ports/server.ts';
import type { Engine, FileKeeping, Place } from './engine.ts';
import { Progress } from './file-progress.ts';
import type { Write } from './sending.ts';

type Updating = Extract<Write, { readonly kind: 'update' | 'remove' }>;

export async function sendFile(
  engine: Pick<Engine, 'report' | 'atWork'>,
  keeping: FileKeeping | undefined,
  place: Place,
  { replica }: Updating,
  field: FieldName,
  file: FileValue,
  signal: AbortSignal,
  departBy?: EpochMs,
): Promise<WriteOutcome> {
  const { files } = place.table;
  const store = keeping?.store;
  if (files === undefined || store === undefined) return unwritable(place, field);
  const told = files.refusal?.(file);
  if (told !== undefined) return { kind: 'refused', ...told, field };
  const size = await store.size(file.sha256);
  if (size !== file.size) return missing(field, 'it is not there');
  const { sha256 } = file;
  const progress = new Progress(engine, place, field, 'going', size);
  const open = (): AsyncIterable<Uint8Array> => progress.counting(bytesOf(store, sha256, signal));
  try {
    return await files.upload(replica.recordId, replica.modId, field, { ...file, open }, signal, departBy);
  } catch (error) {
    if (error instanceof FileBrokenOff) return missing(field, error.message);
    throw error;
  }
}

async function* bytesOf(store: Files, sha256: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const bytes = await store.open(sha256, signal);
  if (bytes === undefined) throw new FileBrokenOff('it is not there');
  yield* bytes;
}

const missing = (field: FieldName, found: string): WriteOutcome => ({
  kind: 'refused',
  code: 'file-missing',
  field,
  reason:
    `the file for container ${field} is gone from where ServerSync keeps files (${found}): put the folder or bucket of files back from a ` +
    'backup, or insert the file anew in FileMaker on the server where it came from',
});

const unwritable = ({ link }: Place, field: FieldName): WriteOutcome => ({
  kind: 'refused',
  code: 'file-unwritable',
  field,
  reason: `server ${link.server} takes no files into containers by its API: name api: data for it in the configuration`,
});
