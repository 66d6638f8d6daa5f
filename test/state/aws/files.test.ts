/** Files of containers in S3. */
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe } from 'vitest';
import { S3Files } from '../../../src/state/aws/s3-files.ts';
import { filesContract } from '../../contracts/files.ts';
import { type Emulators, startEmulators } from './emulators.ts';

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
