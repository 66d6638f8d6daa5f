/**
 * Field b as a container. What people enter there is the content of a file, and its name; a record shows only that there is one. For a
 * while the server gives some files away to nobody.
 */
import { createHash } from 'node:crypto';
import type { FieldPlan } from '../../../src/core/link.ts';
import { fileIn } from '../../../src/core/file-value.ts';
import type { FileKeeping } from '../../../src/engine/engine.ts';
import type { Files } from '../../../src/ports/files.ts';
import type {
  Page,
  ServerFiles,
  ServerRecord,
  ServerTable,
  WriteOutcome,
} from '../../../src/ports/server.ts';
import type { ModelServer } from './model-server.ts';
import type { Process } from './scheduler.ts';

export const container: FieldPlan = { name: 'b', type: 'container', rewrites: 'ignore' };

/** What a person entered, by what is kept of it. */
export const contentOf = (value: string): string => fileIn(value)?.name ?? value;

function shown<Row extends ServerRecord>(row: Row): Row {
  const { b = '', ...values } = row.values;
  return b === '' ? row : { ...row, values, files: { b: 'file' } };
}

const pageOf = ({ records, foundCount }: Page): Page => ({ records: records.map(shown), foundCount });

export const withContainer = (table: ServerTable, server: ModelServer, process: Process): ServerTable => ({
  ...table,
  changed: async (range, page, signal) => pageOf(await table.changed(range, page, signal)),
  list: async (page, signal) => pageOf(await table.list(page, signal)),
  lookUp: async (keys, signal) => (await table.lookUp(keys, signal)).map(shown),
  read: async (recordId, signal) => {
    const row = await table.read(recordId, signal);
    return row === undefined || row === 'denied' ? row : shown(row);
  },
  files: filesOf(server, process),
});

const filesOf = (server: ModelServer, process: Process): ServerFiles => ({
  download: async (recordId, _field, take) => {
    const row = await process.travel('download', () => server.rowOf(recordId));
    if (row === undefined) return { kind: 'none' };
    const { modId, values } = row;
    const { b: name = '' } = values;
    if (name === '') return { kind: 'empty', modId };
    if (server.keepsFile(name)) return { kind: 'refused', reason: 'it is given away to nobody' };
    const from = { name, type: '', size: Buffer.byteLength(name), bytes: bytesOf(name) };
    return { kind: 'taken', modId, result: await take(from) };
  },
  upload: async (recordId, modId, field, file) => {
    const parts = await Array.fromAsync(file.open());
    const content = Buffer.concat(parts).toString();
    return process.travel<WriteOutcome>('upload', () => server.update(recordId, modId, { [field]: content }));
  },
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** Where files lie, for all processes of a game. */
export function memoryFiles(): Files {
  const stored = new Map<string, Buffer>();
  return {
    put: async (bytes) => {
      const whole = Buffer.concat(await Array.fromAsync(bytes));
      const sha256 = createHash('sha256').update(whole).digest('hex');
      stored.set(sha256, whole);
      return { sha256, size: whole.length };
    },
    size: (sha256) => Promise.resolve(stored.get(sha256)?.length),
    open: (sha256) => Promise.resolve(opened(stored.get(sha256))),
    all: async function* all() {
      for (const [sha256, { length }] of stored) yield { sha256, size: length, storedAt: 0 };
    },
    remove: (sha256) => Promise.resolve(stored.delete(sha256)),
  };
}

const opened = (whole: Buffer | undefined): AsyncIterable<Uint8Array> | undefined =>
  whole && bytesOf(whole.toString());

export const keepingOf = (store: Files): FileKeeping => ({ store, limitBytes: 1_000 });
