/** Files of containers over the Data API, with what goes wrong on the way. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FileBrokenOff } from '../../../src/ports/files.ts';
import type { Downloaded, FileFrom, ServerFiles, ServerTable } from '../../../src/ports/server.ts';
import type { SimulatorOptions } from '../../../src/simulator/description.ts';
import { connect, contacts, never } from './bindings.ts';
import { place, simulate, type Simulated } from '../../contracts/server/simulated.ts';

const binding = {
  ...contacts,
  fieldNames: { ...contacts.fieldNames, picture: 'Picture' },
  types: { ...contacts.types, picture: 'container' as const },
};

const size = 3_000_000;

type At = {
  readonly simulator: Simulated;
  readonly table: ServerTable;
  readonly files: ServerFiles;
  /** What the record holds. */
  readonly held: () => Promise<{ readonly name: string; readonly sha256: string } | undefined>;
};

/** A record whose picture is a file of 3 MB. */
async function withPicture(
  options: Partial<SimulatorOptions>,
  work: (at: At) => Promise<void>,
): Promise<void> {
  await using simulator = await simulate([{ PK: 'k1', Name: 'Ann' }], options);
  const value = simulator.control.putSeededFile({ name: 'über.png', type: 'image/png' }, size, 7);
  simulator.control.updateAsUser({ ...place, recordId: 1, values: { Picture: value } });
  await using connected = connect(simulator.url);
  const table = connected.server.table(binding);
  const { files } = table;
  if (files === undefined) throw new Error('the Data API carries files');
  const held = () => {
    const [record] = simulator.control.records(place);
    return simulator.control.file(record?.values['Picture'] ?? '');
  };
  await work({ simulator, table, files, held });
}

type Taken = {
  readonly name: string;
  readonly type: string;
  readonly told: number | undefined;
  readonly sha256: string;
};

async function take({ name, type, size: told, bytes }: FileFrom): Promise<Taken> {
  const hash = createHash('sha256');
  for await (const part of bytes) hash.update(part);
  return { name, type, told, sha256: hash.digest('hex') };
}

const download = ({ files }: At): Promise<Downloaded<Taken>> => files.download('1', 'picture', take, never);

const downloads = ({ simulator }: At): number => simulator.control.stats().requests.download;

const enough = (): Promise<never> => Promise.reject(new Error('enough'));

describe('a download', () => {
  test('gives name, type, size and the bytes, and the modId at which they were there', () =>
    withPicture({}, async (at) => {
      const held = await at.held();
      expect(await download(at)).toEqual({
        kind: 'taken',
        modId: 1,
        result: { name: 'über.png', type: 'image/png', told: size, sha256: held?.sha256 },
      });
      expect(downloads(at)).toBe(2);
    }));

  test('shows in the record that there is a file, and not which', () =>
    withPicture({}, async ({ table, simulator }) => {
      const record = await table.read('1', never);
      expect(record).toMatchObject({ files: { picture: 'file' } });
      expect(record).not.toHaveProperty(['values', 'picture']);
      simulator.control.updateAsUser({
        ...place,
        recordId: 1,
        values: { Picture: 'file:a.pdf\rfilewin:/C:/a.pdf' },
      });
      expect(await table.read('1', never)).toMatchObject({ files: { picture: 'reference' } });
      simulator.control.updateAsUser({ ...place, recordId: 1, values: { Picture: '' } });
      expect(await table.read('1', never)).toMatchObject({ values: { picture: '' } });
    }));

  test('that breaks off goes on where it stopped', () =>
    withPicture({}, async (at) => {
      at.simulator.control.addTrouble({ effect: { kind: 'truncate' }, on: ['download'], next: 3 });
      const held = await at.held();
      expect(await download(at)).toMatchObject({ kind: 'taken', result: { sha256: held?.sha256 } });
      // The cookie, the first part, and what was left, which broke off once more.
      expect(downloads(at)).toBe(4);
    }));

  test('begins anew where the server gives no parts, by an address that is asked for again', () =>
    withPicture({ containers: { ranges: false } }, async (at) => {
      at.simulator.control.addTrouble({ effect: { kind: 'truncate' }, on: ['download'], next: 2 });
      const held = await at.held();
      expect(await download(at)).toMatchObject({ kind: 'taken', result: { sha256: held?.sha256 } });
      expect(at.simulator.control.stats().requests.read).toBe(2);
    }));

  test('begins anew where the length is not told and the connection broke', () =>
    withPicture({ containers: { lengths: false } }, async (at) => {
      at.simulator.control.addTrouble({ effect: { kind: 'truncate' }, on: ['download'], next: 2 });
      const held = await at.held();
      expect(await download(at)).toMatchObject({
        kind: 'taken',
        result: { told: undefined, sha256: held?.sha256 },
      });
    }));

  test.each(['error', 'html'] as const)('asks for the address again where one went stale (%s)', (kind) =>
    withPicture({}, async (at) => {
      const effect = kind === 'error' ? { kind, code: '952', status: 401 } : ({ kind, status: 404 } as const);
      at.simulator.control.addTrouble({ effect, on: ['download'], next: 3 });
      expect(await download(at)).toMatchObject({ kind: 'taken' });
      expect(at.simulator.control.stats().requests.read).toBe(4);
    }),
  );

  test('is by a new session where the old one ended', () =>
    withPicture({}, async (at) => {
      await download(at);
      at.simulator.control.endSessions();
      expect(await download(at)).toMatchObject({ kind: 'taken' });
    }));

  test('of a file that the server never gives away is refused in the end', () =>
    withPicture({}, async (at) => {
      at.simulator.control.addTrouble({ effect: { kind: 'html', status: 404 }, on: ['download'] });
      expect(await download(at)).toEqual({
        kind: 'refused',
        reason: 'its address was answered with HTTP 404, tried 4 times',
      });
    }));

  test('of what is empty, a path, or a record that is not there, is told as that', () =>
    withPicture({}, async (at) => {
      at.simulator.control.updateAsUser({ ...place, recordId: 1, values: { Picture: '' } });
      expect(await download(at)).toEqual({ kind: 'empty', modId: 2 });
      expect(await at.files.download('77', 'picture', take, never)).toEqual({ kind: 'none' });
    }));

  test('is never asked for by an address that leads elsewhere than to a server', () =>
    withPicture({}, async (at) => {
      at.simulator.control.updateAsUser({ ...place, recordId: 1, values: { Picture: 'file:/report.pdf' } });
      expect(await download(at)).toEqual({ kind: 'reference' });
      expect(downloads(at)).toBe(0);
    }));

  test('ends at once where who takes it wants no more, and throws what that one threw', () =>
    withPicture({}, async (at) => {
      await expect(at.files.download('1', 'picture', enough, never)).rejects.toThrow('enough');
      expect(await download(at)).toMatchObject({ kind: 'taken' });
    }));
});

const file = (bytes: Uint8Array, open = () => parts(bytes)) => ({
  name: 'Bild "1".png',
  type: 'image/png',
  size: bytes.length,
  open,
});

async function* parts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 100_000)
    yield await Promise.resolve(bytes.subarray(from, from + 100_000));
}

const picture = Buffer.alloc(2_500_000, 'ab\r\n--');

describe('an upload', () => {
  test('puts the bytes there with their name, at the modId that is named', () =>
    withPicture({}, async ({ files, held }) => {
      const outcome = await files.upload('1', 1, 'picture', file(picture), never);
      expect(outcome).toEqual({ kind: 'written', recordId: '1', modId: 2 });
      const sha256 = createHash('sha256').update(picture).digest('hex');
      expect(await held()).toEqual({ name: 'Bild %221%22.png', type: 'image/png', size: 2_500_000, sha256 });
    }));

  test('tells the modId also where the server does not', () =>
    withPicture({ version: '20' }, async ({ files }) => {
      expect(await files.upload('1', 1, 'picture', file(picture), never)).toMatchObject({
        kind: 'written',
        modId: 2,
      });
    }));

  test('sends no byte to a record that moved, or is not there', () =>
    withPicture({}, async ({ files, simulator }) => {
      expect(await files.upload('1', 0, 'picture', file(picture), never)).toEqual({ kind: 'moved' });
      expect(await files.upload('9', 0, 'picture', file(picture), never)).toEqual({ kind: 'missing' });
      expect(simulator.control.stats().requests.upload).toBe(0);
    }));

  test('that broke off is unknown, and nothing was stored', () =>
    withPicture({}, async ({ files, held, simulator }) => {
      const before = await held();
      simulator.control.addTrouble({ effect: { kind: 'cutUpload', afterBytes: 1_000_000 }, next: 1 });
      expect(await files.upload('1', 1, 'picture', file(picture), never)).toEqual({ kind: 'unknown' });
      expect(await held()).toEqual(before);
      expect(await files.upload('1', 1, 'picture', file(picture), never)).toMatchObject({ kind: 'written' });
    }));

  test('of which the answer was lost is unknown', () =>
    withPicture({}, async ({ files, simulator }) => {
      simulator.control.addTrouble({ effect: { kind: 'resetAfter' }, on: ['upload'], next: 1 });
      expect(await files.upload('1', 1, 'picture', file(picture), never)).toEqual({ kind: 'unknown' });
    }));

  test('whose bytes end too early throws why, and nothing was stored', () =>
    withPicture({}, async ({ files, held }) => {
      const before = await held();
      const broken = async function* (): AsyncGenerator<Uint8Array> {
        yield* parts(picture.subarray(0, 1_000_000));
        throw new FileBrokenOff('not what it was');
      };
      await expect(files.upload('1', 1, 'picture', file(picture, broken), never)).rejects.toThrow(
        'not what it was',
      );
      expect(await held()).toEqual(before);
    }));

  test('to a record that somebody has open is locked', () =>
    withPicture({}, async ({ files, simulator }) => {
      simulator.control.lock({ ...place, recordIds: [1] });
      expect(await files.upload('1', 1, 'picture', file(picture), never)).toEqual({
        kind: 'locked',
        code: '301',
      });
    }));
});

test('a container is emptied, and looked at after that', () =>
  withPicture({}, async ({ table, held, simulator }) => {
    expect(await table.update('1', 1, { picture: '' }, never)).toEqual({
      kind: 'written',
      recordId: '1',
      modId: 2,
    });
    expect(await held()).toBeUndefined();
    expect(simulator.control.stats().requests.read).toBe(1);
  }));
