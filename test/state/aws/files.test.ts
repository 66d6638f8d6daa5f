/** Files of containers in S3. */
import { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileText } from '../../../src/core/file-value.ts';
import { S3Files } from '../../../src/state/aws/s3-files.ts';
import { awsAnswering } from '../../composition/aws-answering.ts';
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
  expect(await state.fileNames.namedAmong(asked, AbortSignal.timeout(60_000))).toEqual(
    new Set(['a', 'b'].map(fileOf)),
  );
});

const refused = {
  status: 403,
  body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
};

const listing = (...files: readonly string[]) => ({
  status: 200,
  body: `<ListBucketResult>${files.map((sha256) => `<Contents><Key>files/${sha256}</Key></Contents>`).join('')}</ListBucketResult>`,
});

/** What S3 says of a file to whoever asks for it, and then, where it may not be read, for a list. */
async function saidOf(sha256: string, listed: { readonly status: number; readonly body: string }) {
  const aws = await awsAnswering((count) => (count === 1 ? { ...refused, body: '' } : listed));
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const s3 = new S3Client({ endpoint: aws.endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  try {
    return await new S3Files(s3, 'bucket', Date.now).size(sha256);
  } finally {
    s3.destroy();
    await aws.stop();
  }
}

test('a file that S3 says may not be read is gone only where it is not in the list either', async () => {
  expect(await saidOf(fileOf('a'), listing())).toBeUndefined();
  for (const listed of [listing(fileOf('a')), refused])
    await expect(saidOf(fileOf('a'), listed)).rejects.toMatchObject({
      code: 'state-denied',
      message: expect.stringContaining('docs/security.md'),
    });
});

test('a file that is there is sent again only where it lies there for half a day: what takes it for what nothing names removes none of a day', async () => {
  const sent: string[] = [];
  const { s3 } = emulators;
  s3.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        sent.push(commandName);
        return next(args);
      },
    { name: 'noted', step: 'initialize' },
  );
  const bucket = await emulators.newBucket();
  sent.length = 0;
  const putAfter = (hours: number) =>
    new S3Files(s3, bucket, () => Date.now() + hours * 3_600_000).put(
      Readable.from([Buffer.from('the same')]),
      AbortSignal.timeout(60_000),
    );
  for (const hours of [0, 1, 11, 13]) await putAfter(hours);
  s3.middlewareStack.remove('noted');
  expect(sent.filter((name) => name === 'PutObjectCommand')).toHaveLength(2);
});
