/** What no emulator can count: each figure with where it is from. Times were not measured on AWS. */
export const assumed = {
  /** A request to DynamoDB, SQS or S3 from a function in the same region, ms. Assumed: AWS says "single-digit milliseconds" of DynamoDB. */
  requestMs: 10,
  /** A request to a FileMaker Server over a wide network, ms: 60 ms there and back and 30 to 40 ms in the server, as the benchmark's profile. Assumed. */
  serverRequestMs: 100,
  /** Writes of one function that are under way on a server at once. Half of the default of 8 sessions for two writers. */
  writesAtOnce: 4,
  /** What a function logs for each invocation, with the lines of Lambda itself, bytes. Assumed. */
  logBytes: 1_000,
  /** A line of figures, of each server and of the whole, each minute, bytes. */
  figureBytes: 700,
  /** What is sent for each request to a FileMaker Server, bytes. Assumed for records of 600 bytes. */
  sentBytes: 1_500,
  /**
   * Requests with which Lambda looks into one queue, for each month: five at once, each of 20 s at the longest. Not verified
   * (docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html says that five are where polling begins).
   */
  pollsOfQueue: (5 * 30 * 86_400) / 20,
  /**
   * Requests to a customer's key, for each month. Tables: each of four functions for each of two tables once in five minutes; AWS says that it asks
   * again after five minutes in which the table's key was not used (docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html). A queue: by
   * AWS's formula (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html) with keys of an hour, four functions that
   * send and one that receives. Upper bounds; those of logs, the topic and the bucket, which has a key of its own, are left out. Not verified.
   */
  keyRequests: { ofTables: (4 * 2 * 30 * 86_400) / 300, ofQueue: 30 * 24 * (2 * 4 + 1) },
  /** A head and what is known of each server, of records of 600 bytes, bytes. Assumed. */
  headBytes: 2_000,
  replicaBytes: 800,
  /** How much of what is written lies within the part that the next tick reads again, as settle is to the interval. */
  month: { days: 30, minutes: 30 * 1_440 },
} as const;
