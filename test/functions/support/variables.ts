/** The environment of a function, as the stack sets it, over an emulated DynamoDB. */
import { accessKey } from '../../cli/support/fake-aws.ts';
import type { StatePlaces } from '../../state/aws/opened-state.ts';

/** `folder`: where its configuration lies beside it. */
export const functionVariables = (
  places: StatePlaces,
  folder: string,
  dynamoUrl: string,
): Readonly<Record<string, string>> => ({
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: accessKey,
  AWS_SECRET_ACCESS_KEY: 's',
  AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl,
  POWERTOOLS_TRACE_ENABLED: 'false',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
  POWERTOOLS_METRICS_NAMESPACE: 'ServerSync',
  LAMBDA_TASK_ROOT: folder,
  SERVERSYNC_INSTALLATION: 'North',
  SERVERSYNC_RECORDS_TABLE: places.recordsTable,
  SERVERSYNC_CONTROL_TABLE: places.controlTable,
  SERVERSYNC_BUCKET: places.bucket,
  SERVERSYNC_QUEUE_PREFIX: places.queuePrefix,
  SERVERSYNC_SECRET_PREFIX: 'serversync/',
});
