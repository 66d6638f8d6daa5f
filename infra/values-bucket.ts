/** Values too large for a row, and files of containers, each under the digest of its bytes. What lives is never expired: rows name it. */
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** As long as the tables can be put back to an earlier state (35 days), a value that somebody deletes can be too. What is forgotten, and what nothing named for as long, goes with all its versions. */
const keptAfterDeletion = Duration.days(35);

export class ValuesBucket extends Bucket {
  constructor(scope: Construct, id: string, key: IKey | undefined) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      // A first deployment that fails takes it away again: nothing is in it yet.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: keptAfterDeletion,
        },
        {
          // Files of containers until they have their own name: what is copied by then is not needed any more.
          prefix: 'uploading/',
          expiration: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(1),
        },
      ],
      ...(key
        ? { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }
        : { encryption: BucketEncryption.S3_MANAGED }),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only the functions of this stack read and write here; who wants a log of it switches on data events in CloudTrail. A bucket for logs would have to be looked after too.',
    });
  }
}
