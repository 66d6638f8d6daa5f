/**
 * What AWS asks for, US dollars, in one file.
 *
 * Of the region us-east-1 (N. Virginia), list prices without the free tier and without discounts. Other regions differ: most of them
 * cost the same to a quarter more. `page` is where AWS publishes a price and where to look it up before it is relied on.
 *
 * `checkedBy`: what was read for it. AWS's pages make their tables in the browser, and their stored copies have no figures in them, so most were
 * read in accounts of others that name the page; `unverified` are from memory of these pages and were found nowhere.
 */
export const pricesOf = { region: 'us-east-1', asOf: '2026-11-29' } as const;

export type Price = {
  /** For one of `unit`. */
  readonly usd: number;
  readonly unit: string;
  readonly page: string;
  readonly checkedBy: string;
};

const million = 1_000_000;
const unverified = 'unverified';

const dynamodb = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const cloudwatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const readAirbyte = 'airbyte.com/data-engineering-resources/dynamodb-pricing';
const readCloudchipr = 'cloudchipr.com/blog/aws-lambda-pricing';
const readFactualMinds = 'factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards';

export const prices = {
  readUnit: { usd: 0.125 / million, unit: 'read request unit', page: dynamodb, checkedBy: readAirbyte },
  writeUnit: { usd: 0.625 / million, unit: 'write request unit', page: dynamodb, checkedBy: readAirbyte },
  storedGb: { usd: 0.25, unit: 'GB stored for a month', page: dynamodb, checkedBy: unverified },
  recoveryGb: {
    usd: 0.2,
    unit: 'GB that can be recovered, for a month',
    page: dynamodb,
    checkedBy: unverified,
  },
  invocation: {
    usd: 0.2 / million,
    unit: 'invocation',
    page: lambda,
    checkedBy:
      'several accounts of AWS Lambda, such as the lesson of git.mcrn.ar/mariano/lambda_local_runner',
  },
  gbSecond: { usd: 0.0000166667, unit: 'GB-second on x86_64', page: lambda, checkedBy: readCloudchipr },
  queueRequest: {
    usd: 0.4 / million,
    unit: 'request',
    page: 'https://aws.amazon.com/sqs/pricing/',
    checkedBy: unverified,
  },
  objectPut: {
    usd: 5 / million,
    unit: 'PUT or LIST',
    page: 'https://aws.amazon.com/s3/pricing/',
    checkedBy: unverified,
  },
  objectGet: {
    usd: 0.4 / million,
    unit: 'GET',
    page: 'https://aws.amazon.com/s3/pricing/',
    checkedBy: unverified,
  },
  metric: {
    usd: 0.3,
    unit: 'custom metric for a month',
    page: cloudwatch,
    checkedBy: 'signoz.io/guides/cloudwatch-pricing',
  },
  alarm: { usd: 0.1, unit: 'alarm for a month', page: cloudwatch, checkedBy: unverified },
  compositeAlarm: { usd: 0.5, unit: 'composite alarm for a month', page: cloudwatch, checkedBy: unverified },
  dashboard: { usd: 3, unit: 'dashboard for a month', page: cloudwatch, checkedBy: readFactualMinds },
  logGb: { usd: 0.5, unit: 'GB of log taken in', page: cloudwatch, checkedBy: readFactualMinds },
  trace: {
    usd: 5 / million,
    unit: 'trace of an invocation',
    page: 'https://aws.amazon.com/xray/pricing/',
    checkedBy: unverified,
  },
  schedule: {
    usd: 1 / million,
    unit: 'invocation by a schedule',
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    checkedBy: unverified,
  },
  secret: {
    usd: 0.4,
    unit: 'secret for a month',
    page: 'https://aws.amazon.com/secrets-manager/pricing/',
    checkedBy: 'hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms',
  },
  secretCall: {
    usd: 0.05 / 10_000,
    unit: 'call',
    page: 'https://aws.amazon.com/secrets-manager/pricing/',
    checkedBy: 'hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms',
  },
  gbOut: {
    usd: 0.09,
    unit: 'GB sent out of AWS',
    page: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    checkedBy: 'cloudpipelines.pages.dev/guides/aws-nat-gateway-pricing-2026',
  },
  natHour: {
    usd: 0.045,
    unit: 'hour of a NAT gateway',
    page: 'https://aws.amazon.com/vpc/pricing/',
    checkedBy: 'zacfukuda.com/blog/aws-nat-gateway-vs-vpc-endpoint',
  },
  key: {
    usd: 1,
    unit: 'key for a month',
    page: 'https://aws.amazon.com/kms/pricing/',
    checkedBy: 'a stored copy of that page',
  },
  keyRequest: {
    usd: 0.03 / 10_000,
    unit: 'request',
    page: 'https://aws.amazon.com/kms/pricing/',
    checkedBy: 'wring.co/blog/aws-kms-pricing-guide',
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof prices;
