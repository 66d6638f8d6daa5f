/** Large values whose objects are gone from the bucket, may not be read, or hold something else. */
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LargeValues } from '../../../src/state/aws/large-values.ts';
import { awsAnswering } from '../../composition/aws-answering.ts';
import { batchRow, head, sending } from '../../contracts/samples.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { newPlaces, type StatePlaces, stateIn } from './opened-state.ts';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(async () => {
  await emulators.stop();
});

const largeText = (of: string): string => `secret of ${of} `.repeat(4000);
const objectOf = (key: string): string => `values/${LargeValues.nameOf(largeText(key))}`;

const headWith = (key: string, value: string) =>
  head(1, { key, fields: { note: { value, digest: 'd', stamp: { lo: 0, hi: 0 }, origin: 'hq' } } });

/** Heads `small`, `one`, `two`, of which all but the first have a large value. */
async function withHeads(): Promise<StatePlaces> {
  const places = await newPlaces(emulators);
  const large = ['one', 'two'].map((key) => headWith(key, largeText(key)));
  await stateIn(emulators, places).records.putHeads([headWith('small', 'x'), ...large]);
  return places;
}

async function lose({ bucket: Bucket }: StatePlaces, Key: string): Promise<void> {
  await emulators.s3.send(new DeleteObjectCommand({ Bucket, Key }));
}

test('a head whose value is gone says which object, which record, and what to do, and nothing of what it held', async () => {
  const places = await withHeads();
  await lose(places, objectOf('one'));
  const { records } = stateIn(emulators, places);
  const { bucket } = places;
  const object = objectOf('one');
  await expect(records.heads('contacts', ['small', 'one', 'two'])).rejects.toMatchObject({
    code: 'value-missing',
    disposition: 'configuration',
    records: [{ table: 'contacts', key: 'one' }],
    message:
      `object ${object} of bucket ${bucket}: it does not exist, or may not be read, and record "one" of table contacts needs it. ` +
      `Put an earlier version of it back (aws s3api list-object-versions --bucket ${bucket} --prefix ${object} lists them), ` +
      'or where it is there, look at the right to read it',
  });
  expect([...(await records.heads('contacts', ['small', 'two'])).keys()].toSorted()).toStrictEqual([
    'small',
    'two',
  ]);
});

test('all records of a page whose values are gone are told at once', async () => {
  const places = await withHeads();
  await lose(places, objectOf('one'));
  await lose(places, objectOf('two'));
  const failing = stateIn(emulators, places).records.heads('contacts', ['one', 'small', 'two']);
  await expect(failing).rejects.toMatchObject({
    code: 'value-missing',
    records: expect.toSatisfy((records: readonly { readonly key: string }[]) =>
      ['one', 'two'].every((key) => records.some((record) => record.key === key)),
    ),
    message: expect.stringContaining('of table contacts needs it; values of 1 more are missing too'),
  });
});

test('a role that may not list a bucket is told that it may not read what is gone: the same', async () => {
  const places = await withHeads();
  const aws = await awsAnswering(() => ({
    status: 403,
    body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  }));
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  const s3 = new S3Client({ endpoint: aws.endpoint, region: 'eu-west-1', credentials, forcePathStyle: true });
  const failing = stateIn({ ...emulators, s3 }, places).records.heads('contacts', ['one']);
  await expect(failing).rejects.toMatchObject({ code: 'value-missing', records: [{ key: 'one' }] });
  s3.destroy();
  await aws.stop();
});

test('a value is not taken from an object that holds something else', async () => {
  const places = await withHeads();
  const object = { Bucket: places.bucket, Key: objectOf('one') };
  await emulators.s3.send(new PutObjectCommand({ ...object, Body: 'other' }));
  await expect(stateIn(emulators, places).records.heads('contacts', ['one'])).rejects.toMatchObject({
    code: 'value-missing',
    message: expect.stringContaining('it does not hold what it was stored with'),
  });
});

test('a row whose announcements are gone is named', async () => {
  const places = await newPlaces(emulators);
  const { control } = stateIn(emulators, places);
  await control.putBatches([batchRow('row-a')]);
  await control.appendSending('row-a', 1, [sending('row-a', 'k1', { digests: { name: largeText('d') } })]);
  const { Contents = [] } = await emulators.s3.send(new ListObjectsV2Command({ Bucket: places.bucket }));
  for (const { Key = '' } of Contents) await lose(places, Key);
  const named = { code: 'value-missing', message: expect.stringContaining('row-a') };
  await expect(control.claim('row-a')).rejects.toMatchObject(named);
  await expect(control.sendingOf('contacts', 'hq', ['k1'])).rejects.toMatchObject(named);
});
