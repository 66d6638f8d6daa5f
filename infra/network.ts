/** Where the functions run: on AWS's network, or in subnets of the customer's VPC. */
import { Annotations } from 'aws-cdk-lib';
import { type ISecurityGroup, type ISubnet, SecurityGroup, Subnet, Vpc } from 'aws-cdk-lib/aws-ec2';
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
    vpcSubnets: { subnets: subnets.map((subnet) => importedSubnet(scope, subnet)) },
    securityGroups: securityGroups?.map((group) => imported(scope, group)) ?? [outwardOnly(scope, vpc)],
  };
}

function importedSubnet(scope: Construct, id: string): ISubnet {
  const subnet = Subnet.fromSubnetId(scope, id, id);
  const reason = 'No part of the stack asks for the routes of a subnet.';
  Annotations.of(subnet).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', reason);
  return subnet;
}

const imported = (scope: Construct, id: string): ISecurityGroup =>
  SecurityGroup.fromSecurityGroupId(scope, id, id, { mutable: false });

const outwardOnly = (scope: Construct, vpc: ReturnType<typeof Vpc.fromVpcAttributes>): SecurityGroup =>
  new SecurityGroup(scope, 'FunctionsGroup', {
    vpc,
    description: 'Functions of ServerSync: everything out, nothing in',
    allowAllOutbound: true,
  });

const wayOut =
  'The subnets need a way to AWS besides that to FileMaker: gateway endpoints for DynamoDB and S3 (free), and for the rest a NAT gateway (about 36.50 dollars a month, and 0.045 a GB) or four interface endpoints (about 29.20 in one zone). docs/aws.md (In a VPC) has the list and where these prices are from; the output SecurityGroups says whom the endpoints have to let in.';
