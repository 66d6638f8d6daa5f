/** What CloudFormation takes in one stack, counted where it is made. */
import { CfnResource, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
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
      message: `${servers.length} servers make ${all} resources on AWS, and one stack has at most ${mostResources}: ${fit} servers fit`,
      remedy:
        'Divide them among several installations, each with its own configuration and stack (aws.stack, or -c stack=NAME), so that the servers of a table stay together',
    }),
  ]);
}
