/** What CloudFormation takes in one stack, counted where it is made. */
import { statSync } from 'node:fs';
import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Configuration } from '../src/config/configuration.ts';
import { ConfigurationError } from '../src/config/problem.ts';
import type { Installation } from './installation.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const mostResources = 500;

export const resourcesIn = (scope: IConstruct): number =>
  scope.node.findAll().filter((node) => CfnResource.isCfnResource(node)).length;

/** Throws ConfigurationError where there are more servers than fit. */
export function assertFits(stack: Stack, { configuration, servers }: Installation): void {
  const all = resourcesIn(stack);
  if (all <= mostResources) return;
  const each = servers.map(({ scope }) => resourcesIn(scope));
  const besides = all - each.reduce((sum, one) => sum + one, 0);
  const fit = Math.floor((mostResources - besides) / Math.max(1, ...each));
  throw new ConfigurationError([
    configuration.source.problem({
      path: ['servers'],
      at: 'name',
      code: 'config-aws-limit',
      message: `${servers.length} servers make ${all} resources on AWS, and one stack has at most ${mostResources}: ${fit} servers fit`,
      remedy:
        'Divide them among several installations, each with its own configuration and stack (aws.stack, or -c stack=NAME), so that the servers of a table stay together',
    }),
  ]);
}

/** Bytes: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const largestTemplate = 1_000_000;

/** Throws ConfigurationError where the template that was made is larger than AWS takes. */
export function assertTemplateFits(file: string, { servers, aws, source }: Configuration): void {
  const { size } = statSync(file);
  if (size <= largestTemplate) return;
  const tags = Object.keys(aws.tags).length;
  throw new ConfigurationError([
    source.problem({
      path: tags > 0 ? ['aws', 'tags'] : ['servers'],
      at: 'name',
      code: 'config-aws-limit',
      message: `the template of ${servers.length} servers${tags > 0 ? ` with ${tags} tags each` : ''} has ${size} bytes, and AWS takes ${largestTemplate}`,
      remedy:
        'Write fewer or shorter tags, shorter names, or divide the servers among several installations (aws.stack)',
    }),
  ]);
}
