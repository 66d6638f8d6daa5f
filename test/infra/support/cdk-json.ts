/** What cdk.json gives the app besides its command: the switches of the CDK library that a deployment has. */
import { readFileSync } from 'node:fs';
import { App, type AppProps } from 'aws-cdk-lib';
import { z } from 'zod';

const schema = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()) });

export const cdkJson = schema.parse(
  JSON.parse(readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8')),
);

/** As the command line makes it. */
export const appAsDeployed = (props: AppProps = {}): App => new App({ ...props, context: cdkJson.context });
