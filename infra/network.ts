/** Where the functions run: on AWS's network, or in subnets of the customer's VPC. */
import { Annotations } from 'aws-cdk-lib';
import { type ISecurityGroup, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { AwsConfiguration } from '../src/config/aws-schema.ts';

export type Network = Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'>;

export function networkOf(scope: Construct, { vpc: settings }: AwsConfiguration): Network {
  if (!settings) return {};
  const { id, subnets, securityGroups } = settings;
  // No part of the stack asks for zones, but there has to be one.
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId: id, availabilityZones: ['unknown'] });
  Annotations.of(scope).addInfo(wayOut);
  return {
    vpc,
    vpcSubnets: { subnets: subnets.map((subnet) => Subnet.fromSubnetId(scope, subnet, subnet)) },
    securityGroups: securityGroups?.map((group) => imported(scope, group)) ?? [outwardOnly(scope, vpc)],
  };
}

const imported = (scope: Construct, id: string): ISecurityGroup =>
  SecurityGroup.fromSecurityGroupId(scope, id, id, { mutable: false });

const outwardOnly = (scope: Construct, vpc: ReturnType<typeof Vpc.fromVpcAttributes>): SecurityGroup =>
  new SecurityGroup(scope, 'FunctionsGroup', {
    vpc,
    description: 'Functions of ServerSync: everything out, nothing in',
    allowAllOutbound: true,
  });

/** Prices: https://aws.amazon.com/vpc/pricing and https://aws.amazon.com/privatelink/pricing, us-east-1, 2025. */
const wayOut =
  'The subnets need a way to AWS besides that to FileMaker. Gateway endpoints for DynamoDB and S3 are free; SQS, Secrets Manager and Lambda need a NAT gateway (about 33 USD a month and 0.045 USD per GB) or an interface endpoint each (about 7 USD a month in each zone).';
