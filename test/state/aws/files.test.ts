/** Files of containers in S3. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileText } from '../../../src/core/file-value.ts';
import { S3Files } from '../../../src/state/aws/s3-files.ts';
import { filesContract } from '../../contracts/files.ts';
import { head } from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});

afterAll(() => emulators.stop());

describe('in S3', () => {
  filesContract(async () => {
    const bucket = await emulators.newBucket();
    return {
      files: new S3Files(emulators.s3, bucket, Date.now),
      now: Date.now,
      spoil: async (sha256) => {
        const command = new PutObjectCommand({ Bucket: bucket, Key: `files/${sha256}`, Body: 'forgery' });
        await emulators.s3.send(command);
      },
      close: () => Promise.resolve(),
    };
  });
});

const fileOf = (digit: string) => digit.repeat(64);

const value = (digit: string) =>
  fileText({ name: 'a "b".png', size: 3, sha256: fileOf(digit), type: 'image/png' });

const field = (text: string) => ({ value: text, digest: 'd', stamp: { lo: 1, hi: 1 }, origin: 'hq' });

test('of files those are named that a row holds, in itself or where it is too large for one', async () => {
  const state = stateIn(emulators, await newPlaces(emulators));
  const many = Array.from({ length: 12 }, (_, n) => [`notes${n}`, field('é'.repeat(15_000))] as const);
  const small = head(1, { key: 'small', fields: { picture: field(value('a')) } });
  const large = head(1, {
    key: 'large',
    fields: { picture: field(value('b')), ...Object.fromEntries(many) },
  });
  await state.records.putHeads([small, large]);
  const asked = new Set(['a', 'b', 'c'].map(fileOf));
  expect(await state.fileNames.namedAmong(asked)).toEqual(new Set(['a', 'b'].map(fileOf)));
});
