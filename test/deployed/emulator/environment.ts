/** What makes AWS clients in another process speak to the emulator on loopback, and to nothing else. */

export const region = 'eu-west-1';
export const account = '123456789012';

export type Variables = Readonly<Record<string, string>>;

/** Nothing listens there: a client that overlooks the endpoint fails instead of reaching AWS. */
const nowhere = 'http://127.0.0.1:1';
const loopback = 'localhost,127.0.0.1';

export function assertLoopback(url: string): void {
  if (!/^http:\/\/(?:localhost|127\.0\.0\.1):\d+$/.test(url))
    throw new Error(`${url} is not on loopback: the deployed test speaks to its own emulator only`);
}

/** The whole environment of such a process: nothing of ours but where programs and the home are. */
export function clientEnvironment(url: string): Variables {
  assertLoopback(url);
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'testing',
    AWS_SECRET_ACCESS_KEY: 'testing',
    AWS_SESSION_TOKEN: 'testing',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCOUNT_ID: account,
    CDK_DEFAULT_ACCOUNT: account,
    CDK_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_PAGER: '',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    http_proxy: nowhere,
    https_proxy: nowhere,
    NO_PROXY: loopback,
    no_proxy: loopback,
  };
}

export type ClientConfig = {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** For S3; the others do not know it. */
  readonly forcePathStyle: true;
};

/** The same for an AWS SDK client in this process. */
export function clientConfig(url: string, accessKeyId = 'testing'): ClientConfig {
  assertLoopback(url);
  const credentials = { accessKeyId, secretAccessKey: 'testing' };
  return { endpoint: url, region, credentials, forcePathStyle: true };
}
